// Unpacks the program that stands in the page, and starts it. Where that cannot be, the page stays the report that it is.

const start = async (): Promise<void> => {
  const packed = Uint8Array.from(atob(document.getElementById('program')?.textContent ?? ''), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  const script = document.createElement('script');
  script.textContent = await new Response(stream).text();
  document.head.append(script);
};

start().catch(() => {
  const [note] = document.getElementsByClassName('still');
  if (note)
    note.textContent =
      'A report by cnncalc. This browser is too old for the workbench that is in it: one from 2023 or later runs it.';
});
