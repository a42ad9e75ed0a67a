import type { ILive } from './live';

/** Where a Jupyter server is, and how to ask it. */
export interface IRestSettings {
  /** The server's base URL, with or without host, e.g. "/user/alice/". */
  readonly baseUrl: string;
  /** The same for sockets; left out: made from `baseUrl` and the page's own. */
  readonly wsUrl?: string;
  /**
   * Like `fetch`, and adds the XSRF token: a JupyterLab plugin hands in
   * `ServerConnection.makeRequest`. Left out: the browser's own, with the token.
   */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** Opens a socket; left out: the browser's own. */
  readonly openSocket?: (url: string) => WebSocket;
  /** The events of this server; left out: the page's one socket for it. */
  readonly live?: ILive;
}

/** Return the settings of the Jupyter page this runs in, or null outside one. */
export function pageSettings(): IRestSettings | null {
  const data = document.getElementById('jupyter-config-data')?.textContent;
  if (!data) {
    return null;
  }
  const config = JSON.parse(data) as { baseUrl?: string; wsUrl?: string };
  if (!config.baseUrl) {
    return null;
  }
  return config.wsUrl
    ? { baseUrl: config.baseUrl, wsUrl: config.wsUrl }
    : { baseUrl: config.baseUrl };
}

/** Return a URL that something can be put behind. */
export function slashed(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

/** Return where the sockets of a server are. */
export function socketUrl(baseUrl: string): string {
  const url = new URL(baseUrl, window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}
