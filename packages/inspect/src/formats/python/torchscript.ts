/**
 * TorchScript: Python-like source in the `code/` folder of an archive, compiled by PyTorch. It can call PyTorch's
 * operators and its own functions; operators of other namespaces need a native library, and a few of PyTorch's own read
 * and write files.
 */
import { Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { Format } from '../../types.ts';
import { pythonFacts } from './calls.ts';
import { isTorchScript } from './python.ts';

const LONGEST = 64 * 1024 * 1024;
const BUILTINS = new Set(
  (
    'annotate uninitialized unchecked_cast getattr hasattr int float str bool complex len min max sum abs ord chr print range ' +
    'isinstance list dict tuple sorted enumerate zip round divmod pow hash hex oct bin any all reversed format id super ' +
    'fork wait awaitable_nowait rpc_async Exception AssertionError ValueError RuntimeError KeyError IndexError TypeError NotImplementedError StopIteration ' +
    'List Dict Tuple Optional Union Future Final Device Tensor NamedTuple Enum Module'
  ).split(' '),
);
/** Namespaces of operators that PyTorch and its own vision, audio and text libraries bring. */
const NAMESPACES = new Set(
  'aten prim prims quantized _quantized quantized_decomposed mkldnn mkldnn_prepacked onednn sparse _caffe2 torchvision image video torchaudio torchtext xnnpack vulkan_prepack metal_prepack cuda mkl profiler static_runtime higher_order inductor'.split(
    ' ',
  ),
);
/** Operators that touch files. */
const FILES =
  /^(torch|ops\.aten|torch\.ops\.aten|aten)\.(save|from_file|_save_to_state_dict|load|_load_from_file)$/;
const DANGEROUS =
  /^(os|sys|subprocess|shutil|socket|builtins|importlib|ctypes|pickle|eval|exec|compile|open|__import__|globals|locals|input)(\.|$)/;

export const torchscript: Format = {
  name: 'torchscript/code',
  recognises: (head, { path }) => isTorchScript(path) && !head.includes(0),
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('code', () => {
      const { calls, imports, defined } = pythonFacts(
        new Reader(source, inspection).text(source.size, LONGEST),
      );
      for (const { module, offset } of imports)
        if (!/^(__torch__|torch)(\.|$)/.test(module))
          report.unsafe(
            'torchscript.import',
            `The code imports ${module}, which no compiler of PyTorch writes.`,
            {
              offset,
              names: [module],
            },
          );
      for (const call of calls) {
        inspection.tick();
        checkCall(call.name, call.offset, defined, report);
      }
      report.member();
    });
    return report.result();
  },
};

function checkCall(name: string, offset: number, defined: ReadonlySet<string>, report: Report): void {
  const extra = { offset, names: [name] };
  const [root = '', second = ''] = name.replace(/^torch\.ops\./, 'ops.').split('.');
  if (FILES.test(name))
    report.unsafe(
      'torchscript.file-operator',
      `The code calls ${name}, which reads or writes a file of this machine.`,
      extra,
    );
  else if (DANGEROUS.test(name) && !defined.has(root))
    report.unsafe('torchscript.foreign-call', `The code calls ${name}, which is not of PyTorch.`, extra);
  else if (root === 'ops') {
    if (!NAMESPACES.has(second))
      report.suspicious(
        'torchscript.custom-operator',
        `The code calls ${name}: the operator needs a native library.`,
        extra,
      );
  } else if (
    root !== 'torch' &&
    root !== '__torch__' &&
    root !== 'self' &&
    root !== '' &&
    !BUILTINS.has(name) &&
    !BUILTINS.has(root) &&
    !defined.has(root) &&
    !/^_\d*$|^CONSTANTS$/.test(root)
  )
    report.suspicious(
      'torchscript.foreign-call',
      `The code calls ${name}, which is neither PyTorch's nor defined there.`,
      extra,
    );
}
