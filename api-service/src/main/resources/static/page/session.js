// What this tab is at work on: it outlives a reload, and ends with the tab.

const KEY = 'pathline.job.1';

/** Returns {id, settings} of the job in view, or null. */
export function recall() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY));
    return kept?.id && kept?.settings ? kept : null;
  } catch {
    return null;
  }
}

export function remember(id, settings) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ id, settings }));
  } catch {
    // Without a storage a reload begins anew.
  }
}

export function forget() {
  try {
    sessionStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
}
