// As much of Markdown as this server's documentation uses: headings, paragraphs, lists, tables, code, links and pictures.

/**
 * Makes a document of a text.
 *
 * @param link what a link's address becomes here, or null for a text without a link
 * @param picture what a picture's address becomes
 */
export function render(text, link, picture) {
  const lines = text.replace(/<!--.*?-->/gs, '').split('\n');
  const all = document.createDocumentFragment();
  let at = 0;
  const take = (while_) => {
    const taken = [];
    while (at < lines.length && while_(lines[at])) taken.push(lines[at++]);
    return taken;
  };
  const inline = (parent, source) => spans(parent, source, link, picture);
  while (at < lines.length) {
    const line = lines[at];
    const [, hashes, title] = /^(#+) (.*)/.exec(line) || [];
    if (!line.trim()) {
      at += 1;
    } else if (hashes) {
      at += 1;
      const heading = document.createElement(`h${hashes.length + 1}`);
      inline(heading, title);
      heading.id = heading.textContent.toLowerCase().replace(/[^\w\s-]/g, '').trim().replace(/\s/g, '-');
      all.append(heading);
    } else if (line.startsWith('|')) {
      all.append(table(take((next) => next.startsWith('|')), inline));
    } else if (/^ {4}/.test(line)) {
      const code = take((next) => /^ {4}|^$/.test(next)).map((next) => next.slice(4)).join('\n').trimEnd();
      all.append(block(code));
    } else if (line.startsWith('```')) {
      at += 1;
      all.append(block(take((next) => !next.startsWith('```')).join('\n')));
      at += 1;
    } else if (item(line)) {
      all.append(list(take((next) => item(next) || /^ +\S/.test(next)), inline));
    } else {
      const paragraph = document.createElement('p');
      inline(paragraph, take((next) => next.trim() && !next.startsWith('|') && !next.startsWith('#') && !item(next)).join(' '));
      all.append(paragraph);
    }
  }
  return all;
}

const item = (line) => /^(?:[-*]|\d+\.) +/.exec(line)?.[0];

function list(lines, inline) {
  const items = [];
  for (const line of lines) {
    const mark = item(line);
    if (mark) items.push(line.slice(mark.length));
    else items.push(`${items.pop() ?? ''} ${line.trim()}`);
  }
  const element = document.createElement(/^\d/.test(lines[0]) ? 'ol' : 'ul');
  for (const text of items) {
    const entry = document.createElement('li');
    inline(entry, text);
    element.append(entry);
  }
  return element;
}

function table(lines, inline) {
  const cells = (line) => line.replace(/^\||\|\s*$/g, '').split('|').map((cell) => cell.trim());
  const element = document.createElement('table');
  lines.filter((line) => !/^\|[\s|:-]+$/.test(line)).forEach((line, i) => {
    const row = element.insertRow();
    for (const text of cells(line)) {
      const cell = document.createElement(i === 0 ? 'th' : 'td');
      inline(cell, text);
      row.append(cell);
    }
  });
  const frame = document.createElement('div');
  frame.className = 'wide';
  frame.tabIndex = 0;
  frame.append(element);
  return frame;
}

function block(text) {
  const frame = document.createElement('pre');
  frame.tabIndex = 0;
  frame.append(Object.assign(document.createElement('code'), { textContent: text }));
  return frame;
}

/** Code, pictures, links, strong and emphasised words, wherever they begin first. */
function spans(parent, source, link, picture) {
  const pattern = /`([^`]+)`|!\[([^\]]*)\]\(([^)]+)\)|\[((?:[^\]`]|`[^`]*`)+)\]\(([^)]+)\)|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*/g;
  let from = 0;
  for (const match of source.matchAll(pattern)) {
    parent.append(source.slice(from, match.index));
    from = match.index + match[0].length;
    const [, code, alt, image, text, address, strong, emphasis] = match;
    if (code !== undefined) {
      parent.append(Object.assign(document.createElement('code'), { textContent: code }));
    } else if (image !== undefined) {
      parent.append(Object.assign(new Image(), { src: picture(image), alt }));
    } else {
      const href = address === undefined ? null : link(address);
      const tag = address === undefined ? (strong === undefined ? 'em' : 'strong') : href ? 'a' : 'span';
      const element = document.createElement(tag);
      if (href) element.href = href;
      spans(element, text ?? strong ?? emphasis, link, picture);
      parent.append(element);
    }
  }
  parent.append(source.slice(from));
}
