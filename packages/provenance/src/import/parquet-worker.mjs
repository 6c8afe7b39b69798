// Decodes row groups in a thread of its own, so that a file which keeps a decoder busy for ever can be given up.
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';

/** A page that claims to unfold into more is not unfolded. */
const MAX_PAGE = 256 * 1024 * 1024;

const bounded = Object.fromEntries(
  Object.entries(compressors).map(([name, unpack]) => [
    name,
    (input, outputLength) => {
      if (outputLength > MAX_PAGE) throw new Error(`a page claims ${outputLength} bytes`);
      return unpack(input, outputLength);
    },
  ]),
);

const fd = openSync(workerData.path, 'r');
const { size } = fstatSync(fd);
const file = {
  byteLength: size,
  slice(start, end = size) {
    const bytes = new Uint8Array(Math.max(0, Math.min(size, end) - start));
    for (let done = 0; done < bytes.length; ) {
      const read = readSync(fd, bytes, done, bytes.length - done, start + done);
      if (read === 0) throw new Error('it ends before its time');
      done += read;
    }
    return bytes.buffer;
  },
};

const metadata = await parquetMetadataAsync(file);
parentPort.on('message', async ({ rowStart, rowEnd, columns }) => {
  if (rowEnd === undefined) {
    closeSync(fd);
    parentPort.close();
    return;
  }
  try {
    const rows = await parquetReadObjects({
      file,
      metadata,
      columns,
      rowStart,
      rowEnd,
      compressors: bounded,
    });
    parentPort.postMessage({ rows });
  } catch (error) {
    parentPort.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
