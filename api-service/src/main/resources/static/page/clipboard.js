// What is copied.

const TOLD = 2000; // milliseconds that a button says so

/**
 * Copies a text, also where the page may not write to the clipboard because it did not come over a safe way.
 *
 * @param button says that it is done
 * @param say says it to those who listen
 */
export async function copy(text, button, say) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement('textarea'), { value: text, className: 'unseen' });
    document.body.append(area);
    area.select();
    done = document.execCommand('copy');
    area.remove();
    button.focus({ preventScroll: true });
  }
  const before = button.dataset.text ??= button.textContent;
  button.textContent = done ? 'Copied' : 'Not copied';
  say(button.textContent);
  clearTimeout(button.timer);
  button.timer = setTimeout(() => { button.textContent = before; }, TOLD);
}
