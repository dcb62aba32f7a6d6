// The elements of the page that more than one part of the program knows.

export const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
};

/** A sentence is read by then, in milliseconds. */
const READ = 8000;

let reading: ReturnType<typeof setTimeout> | undefined;

/** Says something beside the views, for a while or for good. */
export const tell = (sentence: string, how?: 'for good'): void => {
  clearTimeout(reading);
  byId('told').textContent = sentence;
  if (how === undefined) reading = setTimeout(tell, READ, '', 'for good');
};
