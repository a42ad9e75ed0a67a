import { versionOf } from '../addresses';
import { type ISource } from '../source/source';
import { ArtifactModel } from './artifact';
import { ListingModel, nothingListed, type IListingState } from './listing';
import type { Artifact, TeamEvent } from './nouns';
import { Store } from './store';
import { Throttle } from './throttle';

/** The team's artifacts, as they are listed. */
export interface IArtifactsState extends Omit<IListingState<Artifact>, 'rows'> {
  /** Those that the filter lets through, in the order asked for. */
  readonly rows: readonly Artifact[];
  /** How many were read, whatever the filter says. */
  readonly read: number;
  /** Words that an artifact's name, type, owner, aliases or description hold. */
  readonly filter: string;
  /** A field; "-" in front for descending. */
  readonly sort: string;
  /** Name of the artifact that is looked at; "" for none. */
  readonly chosen: string;
}

type SortField = 'name' | 'type' | 'versions' | 'bytes' | 'owner' | 'changed';

/** The server lists by this. */
const BY_NAME = 'name';
const REFRESH_EVERY = 1000;

/** The team's artifacts, and the one that is looked at; reads once it is opened. */
export class ArtifactsModel extends Store<IArtifactsState> {
  constructor(source: ISource) {
    const { rows, ...listing } = nothingListed<Artifact>();
    super({ ...listing, rows, read: 0, filter: '', sort: BY_NAME, chosen: '' });
    this.one = this.own(new ArtifactModel(source));
    this._listing = this.own(new ListingModel<Artifact>(source));
    this._refresh = this.own(new Throttle(() => this._again(), REFRESH_EVERY));
    const stop = this._listing.subscribe(() => {
      this._listed();
    });
    this.own({ dispose: stop });
    this.own(
      source.watch(event => {
        this._noticed(event);
      })
    );
  }

  /** The artifact that is looked at. */
  readonly one: ArtifactModel;

  /** Begin to read, if that has not begun. */
  open(): void {
    if (!this._listing.route) {
      void this._listing.show('artifacts');
    }
  }

  /** Look at an artifact: at this version, else at its newest. */
  choose(name: string, version = ''): void {
    this.set({ chosen: name });
    this.one.show(name, version);
  }

  /** Show only artifacts that have these words in them. */
  setFilter(filter: string): void {
    this.set({ filter });
    this._listed();
  }

  /** Sort by a field; "-" in front for descending. */
  setSort(sort: string): void {
    this.set({ sort });
    this._listed();
  }

  /** Read the next page, if there is one. */
  more(): Promise<void> {
    return this._listing.more();
  }

  /** Read again after a failure. */
  retry(): Promise<void> {
    return this._again();
  }

  private async _again(): Promise<void> {
    if (this._listing.route) {
      await this._listing.refresh();
      await this.one.refresh();
    }
  }

  private _noticed(event: TeamEvent | null): void {
    if (event !== null && event.kind !== 'artifact') {
      return;
    }
    if (event?.change === 'deleted') {
      this._deleted(event.address);
    }
    this._refresh.ask();
  }

  /** Look at nothing, or at another version, where this was deleted. */
  private _deleted(address: string): void {
    const { chosen } = this.state;
    if (address === `artifacts/${chosen}`) {
      this.choose('');
    } else if (versionOf(address)?.artifact === chosen) {
      this.one.leave(address);
    }
  }

  private _listed(): void {
    const { rows, ...listing } = this._listing.state;
    const { filter, sort, chosen } = this.state;
    const shown = sorted(rows.filter(matching(filter)), sort);
    this.set({ ...listing, rows: shown, read: rows.length });
    const [first] = shown;
    if (!chosen && first && listing.loaded) {
      this.choose(first.name);
    }
    // Of a part of them nobody can say which match, or which is the largest.
    if (listing.more && !listing.loading && (filter || sort !== BY_NAME)) {
      void this._listing.more();
    }
  }

  private readonly _listing: ListingModel<Artifact>;
  private readonly _refresh: Throttle;
}

function matching(filter: string): (artifact: Artifact) => boolean {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return artifact => {
    const { name, type, owner, description, aliases } = artifact;
    const said = [name, type, owner, description, ...Object.keys(aliases)]
      .join('\n')
      .toLowerCase();
    return words.every(word => said.includes(word));
  };
}

function sorted(rows: Artifact[], sort: string): Artifact[] {
  const down = sort.startsWith('-');
  const field = (down ? sort.slice(1) : sort) as SortField;
  if (sort === BY_NAME) {
    return rows; // as the server has them
  }
  return rows.sort((one, other) => {
    const [left, right] = [one[field], other[field]];
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : String(left).localeCompare(String(right));
    return down ? -order : order;
  });
}
