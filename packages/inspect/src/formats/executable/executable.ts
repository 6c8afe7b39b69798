/**
 * Programs among models: llamafiles (a program, with a zip that holds a GGUF at its end), and native libraries beside a
 * model. A model that is a program does what it likes when it is started. The zip is read by its own format.
 */
import { hasMagic } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';

const KINDS: readonly (readonly [magic: string, name: string])[] = [
  ['MZqFpD=', 'a program for several systems (APE)'],
  ["jartsr='", 'a program for several systems (APE)'],
  ['\x7fELF', 'a program or library (ELF)'],
  ['\xfe\xed\xfa\xce', 'a program or library (Mach-O)'],
  ['\xfe\xed\xfa\xcf', 'a program or library (Mach-O)'],
  ['\xce\xfa\xed\xfe', 'a program or library (Mach-O)'],
  ['\xcf\xfa\xed\xfe', 'a program or library (Mach-O)'],
];

export const executable: Format = {
  name: 'executable',
  recognises: (head) => kindOf(head) !== undefined,
  inspect(source) {
    const report = new Report(source.size);
    const kind = kindOf(source.read(0, 4096).slice()) ?? 'a program';
    report.suspicious('executable.program', `This is ${kind}: started or loaded, it does what it likes.`, {
      severity: 'high',
    });
    report.skip('program', 'machine code is not analysed');
    return report.result();
  },
};

function kindOf(head: Uint8Array): string | undefined {
  const known = KINDS.find(([magic]) => hasMagic(head, magic))?.[1];
  if (known !== undefined) return known;
  if (!hasMagic(head, 'MZ') || head.length < 64) return undefined;
  // A PE header where the DOS header says.
  const at = new DataView(head.buffer, head.byteOffset).getUint32(60, true);
  return hasMagic(head, 'PE\0\0', at) ? 'a program or library (PE)' : undefined;
}
