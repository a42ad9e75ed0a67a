import React from 'react';

const PATHS = {
  box: 'M8 2.2 13.5 5v6L8 13.8 2.5 11V5zM2.5 5 8 7.8 13.5 5M8 7.8v6',
  check: 'M3 8.5 6.5 12 13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  copy: 'M5.5 5.5h7v8h-7zM3.5 10.5v-8h7',
  down: 'M4 6.5 8 10.5 12 6.5',
  download: 'M8 2.5v8M4.5 7.5 8 11l3.5-3.5M3 13.5h10',
  expand: 'M9.5 2.5h4v4M13 3 9 7M6.5 13.5h-4v-4M3 13l4-4',
  external: 'M9.5 3h3.5v3.5M13 3 7.5 8.5M11 9.5V13H3V5h3.5',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  flag: 'M4 14V2.5h8.5L10.5 6l2 3.5H4',
  link: 'M6.5 9.5l3-3M7 5l1.8-1.8a2.83 2.83 0 0 1 4 4L11 9M9 11l-1.8 1.8a2.83 2.83 0 0 1-4-4L5 7',
  plus: 'M8 3.5v9M3.5 8h9',
  right: 'M6.5 4 10.5 8 6.5 12',
  run: 'M2.5 13.5h11M2.5 13.5v-11M4.5 11l3-4 2.5 2 3-5',
  search: 'M7 11.5a4.5 4.5 0 1 1 0-9 4.5 4.5 0 0 1 0 9zM10.5 10.5 14 14',
  shrink: 'M13.5 6.5h-4v-4M9.5 6.5 14 2M2.5 9.5h4v4M6.5 9.5 2 14',
  star: 'M8 2.2l1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 6.5v6',
  warning: 'M8 2.5 14.5 13.5h-13zM8 6.5v3.5M8 11.7v.3'
};

/** The names of the icons. */
export type IconName = keyof typeof PATHS | 'folder';

/** A small picture in the colour of the text beside it. */
export function Icon({ name }: { name: IconName }): React.JSX.Element {
  return (
    <svg
      className={`jp-Artifacts-icon jp-mod-${name}`}
      viewBox="0 0 16 16"
      aria-hidden="true"
      focusable="false"
    >
      {name === 'folder' ? (
        <path
          className="jp-Artifacts-icon-fill"
          d="M1.5 4a1 1 0 0 1 1-1h3.2l1.5 1.5h6.3a1 1 0 0 1 1 1V12a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1z"
        />
      ) : (
        <path d={PATHS[name]} />
      )}
    </svg>
  );
}
