/**
 * Verdicts on labelled pickles: `npx tsx bench/inspect-pickle.ts REPOS...`. A folder of a scanner's test data is labelled by
 * the names of its files, as its authors gave them; a folder named `benign…` is benign. Nothing is loaded.
 * Limits: 99 % of malicious files are unsafe or hold an unknown import, no benign file is unsafe.
 */
import { basename } from 'node:path';
import { type FileInspection, inspectPaths } from '../packages/inspect/src/index.ts';

/** Pickles and what holds them; other formats have benches of their own. */
const FAMILY = /^(pickle|zip|npy|tar|7z|gzip|bzip2|xz|lzma|lz4|zstd|zlib|joblib-zfile)(\/|$)/;
const BENIGN_FOLDER = /(^|\/)benign[^/]*\/[^/]+$/;
const BENIGN =
  /^(benign|safe|int_array|object_array|pytorch_model\.bin|new_pytorch_model|mixed_model|agpl_model|model_weights|embeddings|not_a_)/;
/** Made by scripts of their repository as attacks, or named so. */
const MALICIOUS =
  /malicious|evil|exploit|attack|GHSA|injection|bypass|sploit|nested|decode_exec|dill_func|FileIO|FileHandler|CodeType|urlopen|exfiltration|traversal|broken_model|^model\.pkl$|memo/i;

const folders = process.argv.slice(2);
if (folders.length === 0) {
  console.error('Name folders of labelled files, such as a checkout of picklescan and one of modelaudit.');
  process.exit(2);
}

for (const folder of folders) {
  const { files } = await inspectPaths([folder]);
  const labelled = files.filter((file) => FAMILY.test(file.format) && !/\.(py|md)$/.test(file.path));
  const isBenign = (file: FileInspection) =>
    BENIGN_FOLDER.test(file.path) || BENIGN.test(basename(file.path));
  const benign = labelled.filter(isBenign);
  const malicious = labelled.filter((file) => !isBenign(file) && MALICIOUS.test(basename(file.path)));
  const flagged = malicious.filter((file) => file.verdict === 'unsafe' || file.verdict === 'suspicious');
  const wrong = benign.filter((file) => file.verdict === 'unsafe');
  const count = (list: readonly FileInspection[], verdict: string) =>
    list.filter((file) => file.verdict === verdict).length;
  console.log(folder);
  console.log(
    `  malicious: ${flagged.length} of ${malicious.length} flagged (${percent(flagged.length, malicious.length)}; ${count(malicious, 'unsafe')} unsafe, ${count(malicious, 'suspicious')} suspicious), limit 99 %`,
  );
  console.log(
    `  benign:    ${wrong.length} of ${benign.length} unsafe (${count(benign, 'clean')} clean, ${count(benign, 'suspicious')} suspicious, ${count(benign, 'not_inspected')} not inspected), limit 0`,
  );
  for (const file of malicious.filter((one) => !flagged.includes(one)))
    console.log(`  missed ${file.verdict}: ${file.path}`);
  for (const file of wrong) console.log(`  wrong: ${file.path}`);
  for (const file of labelled.filter((one) => !benign.includes(one) && !malicious.includes(one)))
    console.log(`  without a label: ${file.verdict} ${file.path}`);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? 'none' : `${((100 * part) / whole).toFixed(1)} %`;
}
