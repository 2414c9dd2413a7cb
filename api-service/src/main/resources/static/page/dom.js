// Elements and their parts in one expression.

/** An element with properties and children, which may be texts; a property with a hyphen is an attribute. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(properties)) {
    if (key.includes('-') || key === 'role' || key === 'scope') element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children);
  return element;
}

/** A table that can be scrolled sideways where it is wider than the page. Rows are lists of cells: texts or elements; the first is a heading. */
export function table(caption, heads, rows) {
  const cells = (row, first) => make('tr', {}, make('th', { scope: 'row' }, row[0] ?? first), ...row.slice(1).map((cell) => make('td', {}, cell)));
  return make('div', { className: 'wide-table', tabIndex: 0, role: 'region', 'aria-label': caption },
    make('table', {}, make('caption', {}, caption),
      make('thead', {}, make('tr', {}, ...heads.map((head) => make('th', { scope: 'col' }, head)))),
      make('tbody', {}, ...rows.map((row) => cells(row, '')))));
}
