/**
 * Rows of a text, by what it looks like: JSON lines, CSV, or a JSON list of objects. Undefined for any other.
 * @param {string} text
 * @param {string} key name of the file
 * @param {readonly string[]} [columns] of a CSV file without a header
 * @param {number} [limit]
 * @returns {{ columns: string[], rows: string[][], more: boolean } | undefined}
 */
export function rowsOf(text, key, columns = [], limit = 50) {
  const name = key.replace(/\.gz$/, '');
  if (/\.jsonl$/.test(name)) return table(parsed(text.split('\n').slice(0, limit + 1)), limit);
  if (/\.csv$/.test(name)) {
    const all = csv(text, limit + 2);
    const header =
      columns.length > 0 && columns.length === all[0]?.length && all[0]?.[0] !== columns[0]
        ? [...columns]
        : all.shift();
    return { columns: header ?? [], rows: all.slice(0, limit), more: all.length > limit };
  }
  return undefined;
}

/** @param {readonly string[]} lines */
function parsed(lines) {
  return lines.flatMap((line) => {
    try {
      return line.trim() === '' ? [] : [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}

/**
 * @param {readonly any[]} objects
 * @param {number} limit
 */
function table(objects, limit) {
  const columns = [...new Set(objects.flatMap((one) => Object.keys(one ?? {})))];
  const rows = objects.map((one) =>
    columns.map((name) => (typeof one[name] === 'object' ? JSON.stringify(one[name]) : String(one[name] ?? ''))),
  );
  return { columns, rows: rows.slice(0, limit), more: rows.length > limit };
}

/**
 * The first lines of a CSV text (RFC 4180).
 * @param {string} text
 * @param {number} limit
 */
export function csv(text, limit) {
  /** @type {string[][]} */
  const rows = [];
  let row = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length && rows.length < limit; at++) {
    const letter = text[at];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === ',' || letter === '\n') {
      row.push(cell.replace(/\r$/, ''));
      cell = '';
      if (letter === '\n') {
        rows.push(row);
        row = [];
      }
    } else cell += letter;
  }
  if (cell !== '' && rows.length < limit) rows.push([...row, cell]);
  return rows;
}
