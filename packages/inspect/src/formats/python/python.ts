/**
 * Python source beside or inside models. Such code runs: under `trust_remote_code`, as a handler of a server, or because
 * an archive brings it. It is not proved harmless here; what reaches the machine is named, and the rest stays suspicious
 * or not inspected.
 */
import { Malformed } from '../../bytes/malformed.ts';
import { headText, Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { baseName } from '../document.ts';
import { type Call, pythonFacts } from './calls.ts';

const LONGEST = 8 * 1024 * 1024;
/** Files that a loader of the Hugging Face libraries takes under `trust_remote_code`, and handlers of servers. */
const LOADED =
  /^(modeling|modelling|configuration|tokenization|processing|image_processing|video_processing|feature_extraction|custom_\w+|pipeline|handler|.*_handler|inference|model)\w*\.py$/;

/** Encodings in which a line ends where it is seen to end. Source: PEP 263. */
const ENCODINGS =
  /^(?:utf-?8(?:-sig)?|us-ascii|ascii|latin-?1|iso-?8859-\d+|cp125\d|windows-125\d)(?:-(?:unix|dos|mac))?$/i;

const SHELL =
  /^(os\.(system|popen|exec[lv]\w*|spawn\w*|posix_spawn\w*|startfile)|subprocess\.\w+|pty\.spawn|commands\.getoutput|asyncio\.create_subprocess_\w+)$/;
const CODE =
  /^(eval|exec|compile|__import__|execfile|importlib\.import_module|runpy\.\w+|code\.interact|builtins\.(eval|exec|compile|__import__)|types\.(CodeType|FunctionType)|marshal\.loads?|ctypes\.(CDLL|windll\.\w+|cdll\.LoadLibrary))$/;
const UNPICKLE =
  /^(pickle|cPickle|_pickle|dill|cloudpickle|joblib|shelve|pandas)\.(loads?|Unpickler|open|read_pickle)$/;
const NETWORK =
  /^(socket\.\w+|urllib\.request\.\w+|urllib2\.\w+|requests\.(get|post|put|request|Session)|httpx\.\w+|http\.client\.\w+|ftplib\.\w+|smtplib\.\w+|aiohttp\.\w+)$/;
const DECODING =
  /(^|\.)(b64decode|b85decode|a85decode|b32decode|unhexlify|fromhex|decompress|decode|loads|urlopen|get|read|chr|join|rot13|Fernet|decrypt)$/;

export const python: Format = {
  name: 'python',
  lastResort: true,
  recognises: (head, { path }) =>
    !isTorchScript(path) &&
    (/\.pyw?$/i.test(path) || /^#!.*\bpython/.test(headText(head, 128))) &&
    !headText(head, 512).includes('\0'),
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('source', () => {
      const text = new Reader(source, inspection).text(source.size, LONGEST);
      const { calls } = pythonFacts(text);
      inspection.tick(text.length);
      report.member();
      for (const call of calls) checkCall(call, report);
      const encoding = /^(?:[^\n]*\n)?[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/.exec(text)?.[1];
      if (encoding !== undefined && !ENCODINGS.test(encoding))
        report.unsafe(
          'python.hidden-code',
          `The source says that it is written in "${encoding}", in which code can look like a comment.`,
          { names: [encoding] },
        );
      checkReverseShell(calls, report);
      // An empty `__init__.py` and its like run nothing.
      if (text.replace(/#.*$/gm, '').trim() === '') return;
      if (inspection.depth > 0 || LOADED.test(baseName(source.path)))
        report.suspicious(
          'python.code',
          'Python code that a loader or server of the model may run; what it does is for a person to read.',
        );
      else throw new Malformed('Python code is searched for dangerous calls and not understood');
    });
    return report.result();
  },
};

/** Code of a TorchScript archive is no Python that is run; it has a format of its own. */
export function isTorchScript(path: string): boolean {
  return /[!/]code\/.*\.py$/.test(path);
}

function checkCall(call: Call, report: Report): void {
  const { name, offset, within, text } = call;
  const extra = { offset, names: [name] };
  const shown = text === undefined ? '' : ` ("${text.slice(0, 80)}")`;
  if (CODE.test(name)) {
    const decoded = within.filter((inner) => DECODING.test(inner) || NETWORK.test(inner) || CODE.test(inner));
    if (decoded.length > 0 && !name.endsWith('import_module'))
      report.unsafe(
        'python.hidden-code',
        `${name} runs what ${decoded.join(', ')} yields: code that is hidden from readers.`,
        {
          offset,
          names: [name, ...decoded],
        },
      );
    else
      report.suspicious('python.runs-code', `The code calls ${name}${shown}.`, {
        ...extra,
        severity: 'high',
      });
  } else if (SHELL.test(name)) {
    if (
      text !== undefined &&
      /(curl|wget)\b.*\|\s*\w*sh\b|\/dev\/tcp\/|\bnc\s+-\w*e|base64\s+(-d|--decode)|powershell.*-e/i.test(
        text,
      )
    )
      report.unsafe('python.shell', `The code runs the shell line "${text.slice(0, 120)}".`, extra);
    else if (call.onImport)
      report.unsafe('python.shell', `${name} runs as soon as the file is imported${shown}.`, extra);
    else report.suspicious('python.shell', `The code calls ${name}${shown}.`, { ...extra, severity: 'high' });
  } else if (UNPICKLE.test(name))
    report.suspicious('python.unpickles', `The code calls ${name}, which loads pickles.`, extra);
  else if (NETWORK.test(name))
    report.suspicious('python.network', `The code calls ${name}, which opens connections${shown}.`, extra);
}

/** A socket whose descriptor becomes the input of a shell. */
function checkReverseShell(calls: readonly Call[], report: Report): void {
  const names = new Set(calls.map(({ name }) => name));
  const shell = [...names].some((name) => SHELL.test(name));
  if (
    names.has('socket.socket') &&
    shell &&
    (names.has('os.dup2') || [...names].some((name) => name.endsWith('.fileno')))
  )
    report.unsafe(
      'python.reverse-shell',
      'The code joins a connection to a shell: somebody else commands the machine.',
      {
        names: ['socket.socket', 'os.dup2'],
      },
    );
}
