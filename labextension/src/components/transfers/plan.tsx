import React from 'react';
import type { Plan, Verdict } from '../../model/nouns';
import { countText, sizeText } from '../format';
import type { ITranslation } from '../host';

const MOST_LISTED = 200;
const MOVED: readonly Verdict[] = ['new', 'replace', 'rename'];

/** What a download will do, before a byte moves. */
export function PlanView(props: {
  plan: Plan;
  planning: boolean;
  trans: ITranslation;
}): React.JSX.Element {
  const { plan, planning, trans } = props;
  const names = verdictNames(trans);
  const counts = Object.entries(plan.verdicts) as [Verdict, number][];
  return (
    <div
      className={`jp-Artifacts-plan${planning ? ' jp-mod-loading' : ''}`}
      aria-busy={planning}
    >
      <p>
        <strong>{trans.__('%1 to move', sizeText(plan.bytes))}</strong>
        {counts.map(([verdict, count]) => (
          <span
            key={verdict}
            className={`jp-Artifacts-verdict jp-mod-${verdict.replaceAll(' ', '-')}`}
          >
            {countText(count)} {names[verdict]}
          </span>
        ))}
      </p>
      <p className="jp-Artifacts-quiet jp-Artifacts-cut" title={plan.to}>
        {trans.__('%1 free in %2', sizeText(plan.free), plan.to)}
      </p>
      <ul className="jp-Artifacts-list jp-Artifacts-plan-files" tabIndex={0}>
        {plan.files.slice(0, MOST_LISTED).map(file => (
          <li key={file.path} className="jp-Artifacts-plan-file">
            <span
              className={`jp-Artifacts-verdict jp-mod-${file.verdict.replaceAll(' ', '-')}`}
            >
              {names[file.verdict]}
            </span>
            <span className="jp-Artifacts-cut" title={file.target}>
              {file.target}
            </span>
            <span className="jp-Artifacts-digits">{sizeText(file.size)}</span>
          </li>
        ))}
        {plan.total_files > MOST_LISTED && (
          <li className="jp-Artifacts-quiet">
            {trans.__('and %1 more', countText(plan.total_files - MOST_LISTED))}
          </li>
        )}
      </ul>
    </div>
  );
}

/** Return why a plan cannot be carried out; "" when it can. */
export function blockedBy(plan: Plan, trans: ITranslation): string {
  const lost =
    (plan.verdicts.gone ?? 0) + (plan.verdicts['changed at source'] ?? 0);
  if (lost > 0) {
    return trans._n(
      '%1 file is no longer at its source as it was recorded',
      '%1 files are no longer at their source as they were recorded',
      lost
    );
  }
  const standing = plan.verdicts['would overwrite'] ?? 0;
  if (standing > 0) {
    return trans._n(
      '%1 file is there already: choose what to do with it',
      '%1 files are there already: choose what to do with them',
      standing
    );
  }
  if (plan.bytes > plan.free) {
    return trans.__(
      'Only %1 are free there; %2 are needed',
      sizeText(plan.free),
      sizeText(plan.bytes)
    );
  }
  return MOVED.some(verdict => (plan.verdicts[verdict] ?? 0) > 0)
    ? ''
    : trans.__('Everything is there already');
}

function verdictNames(trans: ITranslation): Record<Verdict, string> {
  return {
    new: trans.__('new'),
    same: trans.__('same'),
    'would overwrite': trans.__('would overwrite'),
    skip: trans.__('left as is'),
    replace: trans.__('replaced'),
    rename: trans.__('beside it'),
    'changed at source': trans.__('changed at source'),
    gone: trans.__('gone'),
    link: trans.__('a link, not followed')
  };
}
