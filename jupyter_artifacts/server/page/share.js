// The page of a share link. What stands behind "#" is the link's secret: it goes into
// the body of one request and is answered with a cookie for this share alone, so that
// downloads are plain links. Names of files are somebody's: they become text, never
// markup.
"use strict";

const here = location.pathname.replace(/\/+$/, "");
const share = here.slice(here.lastIndexOf("/") + 1);
const api = `${here.slice(0, here.lastIndexOf("/share/"))}/api/v1/shares/${share}`;
const secret = location.hash.slice(1);
const at = (id) => document.getElementById(id);

let opened = null;
let prefix = "";

function cookie(name) {
  const found = document.cookie.split("; ").find((one) => one.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

async function ask(method, url, said) {
  const answer = await fetch(url, {
    method,
    credentials: "same-origin",
    cache: "no-store",
    redirect: "error",
    headers: { "Content-Type": "application/json", "X-XSRFToken": cookie("_xsrf") },
    body: said === undefined ? undefined : JSON.stringify(said),
  });
  const told = await answer.json();
  if (!answer.ok) {
    const text = told.hint ? `${told.message} (${told.hint})` : told.message;
    throw Object.assign(new Error(text), { status: answer.status });
  }
  return told;
}

function element(tag, text, more = {}) {
  return Object.assign(document.createElement(tag), { textContent: text, ...more });
}

function size(bytes) {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.95 && unit < units.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  return `${unit ? amount.toFixed(1) : amount} ${units[unit]}`;
}

function when(seconds) {
  return new Date(seconds * 1000).toLocaleString();
}

function told(share, mine) {
  const active = share.state === "active";
  const ends = active ? `until ${when(share.expires)}` : `${share.state}`;
  const used = `opened ${share.opens}×, ${share.downloads} downloads`;
  at("address").textContent = share.address;
  document.title = share.address;
  at("note").textContent = mine
    ? `You shared this ${share.kind}: ${ends}; ${used}.`
    : `${share.owner} shared this ${share.kind} with you: ${ends}.`;
  at("actions").hidden = !mine || share.state === "revoked";
}

function line(entry) {
  const row = document.createElement("tr");
  const name = document.createElement("td");
  const fetched = document.createElement("td");
  const asset = entry.asset;
  if (entry.kind === "folder") {
    const open = element("button", `${entry.name}/`, { type: "button" });
    open.className = "folder";
    open.addEventListener("click", () => show(entry.address));
    name.append(open);
  } else {
    name.textContent = entry.name;
  }
  if (asset && asset.kind === "file") {
    const path = entry.address.split("/").map(encodeURIComponent).join("/");
    const link = element("a", "Download", { href: `${here}/files/${path}` });
    link.download = "";
    link.setAttribute("aria-label", `Download ${entry.name}`);
    fetched.append(link);
  } else if (asset) {
    fetched.textContent = asset.kind;
  }
  row.append(name, element("td", size(entry.size)));
  row.append(element("td", asset ? asset.digest : ""), fetched);
  return row;
}

function way() {
  const nav = at("place");
  const below = opened.top ? prefix.slice(opened.top.length + 1) : prefix;
  nav.hidden = !below;
  nav.replaceChildren();
  if (!below) {
    return;
  }
  const up = prefix.slice(0, Math.max(0, prefix.lastIndexOf("/")));
  const back = element("button", "↑ up", { type: "button" });
  back.addEventListener("click", () => show(up === opened.top ? "" : up));
  nav.append(back, ` ${below}`);
}

async function show(folder, cursor = null) {
  try {
    opened = await ask("POST", here, { secret, prefix: folder, cursor });
  } catch (error) {
    at("note").textContent = error.message;
    if (error.status) {
      for (const id of ["actions", "place", "files", "more"]) {
        at(id).hidden = true;
      }
    }
    return;
  }
  prefix = folder;
  told(opened.share, opened.mine);
  way();
  if (cursor === null) {
    at("lines").replaceChildren();
  }
  at("lines").append(...opened.page.items.map(line));
  at("files").hidden = opened.share.state !== "active";
  at("more").hidden = opened.page.cursor === null;
}

async function change(method, url, said) {
  try {
    await ask(method, url, said);
  } catch (error) {
    at("note").textContent = error.message;
    return;
  }
  await show("");
}

at("more").addEventListener("click", () => show(prefix, opened.page.cursor));
at("renew").addEventListener("click", () => change("POST", `${api}/renew`, {}));
at("revoke").addEventListener("click", () => change("DELETE", api));
show("");
