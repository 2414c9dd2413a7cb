// A comparison as an address: #compare?seed=7&count=4&class=bag&a.model=fashion-flow&a.steps=1&b.model=...

const HASH = '#compare';
const LETTERS = 'abcd';
const SHARED = ['seed', 'count', 'class', 'watch', 'order'];
const OWN = ['model', 'solver', 'steps', 'cfgScale', 'timeGrid', 'times'];
const LONGEST = 200; // letters: nothing that is chosen is longer

export const MOST_COLUMNS = LETTERS.length;

export const isOurs = (hash) => hash === HASH || hash.startsWith(`${HASH}?`);

/** Writes {shared, columns}, each a record of texts; what is undefined is left out. */
export function write({ shared, columns }) {
  const parts = [];
  const add = (key, value) => { if (value !== undefined) parts.push(`${key}=${encodeURIComponent(value)}`); };
  for (const key of SHARED) add(key, shared[key]);
  columns.forEach((column, i) => { for (const key of OWN) add(`${LETTERS[i]}.${key}`, column[key]); });
  return `${HASH}?${parts.join('&')}`;
}

/** Reads what {@link write} wrote, by whomever: what is not known is left out. Null where there is no column. */
export function read(hash) {
  if (!isOurs(hash)) return null;
  const all = new URLSearchParams(hash.slice(HASH.length + 1).replaceAll('+', '%2B'));
  const some = (keys, prefix) => Object.fromEntries(keys.map((key) => [key, all.get(prefix + key)?.slice(0, LONGEST)])
    .filter(([, value]) => value !== undefined));
  const columns = [...LETTERS].map((letter) => some(OWN, `${letter}.`)).filter(({ model }) => model);
  return columns.length ? { shared: some(SHARED, ''), columns } : null;
}
