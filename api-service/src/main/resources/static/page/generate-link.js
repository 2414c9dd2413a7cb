// A generation as an address: #generate-section?model=fashion-flow&steps=20&seed=7

const HASH = '#generate-section?';
const OWN = ['model', 'label', 'count', 'solver', 'steps', 'cfgScale', 'seed'];
const LONGEST = 200; // letters: nothing that is chosen is longer

/** Writes what makes the same again: the settings, and never a key. The label is the class's name. */
export function write(settings) {
  return HASH + OWN.filter((key) => settings[key] !== undefined && settings[key] !== null)
    .map((key) => `${key}=${encodeURIComponent(settings[key])}`).join('&');
}

/** Reads what {@link write} wrote, by whomever: what is not known is left out. Null where there is no model. */
export function read(hash) {
  if (!hash.startsWith(HASH)) return null;
  const all = new URLSearchParams(hash.slice(HASH.length).replaceAll('+', '%2B'));
  const settings = Object.fromEntries(OWN.map((key) => [key, all.get(key)?.slice(0, LONGEST)])
    .filter(([, value]) => value !== undefined));
  return settings.model ? settings : null;
}
