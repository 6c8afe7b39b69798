/**
 * What does harm when it is called: commands, code from data, files, the network, and ways to get there. The list only
 * turns `unknown` into `unsafe`; a name that is missing here is still not clean.
 */
import type { Names } from './names.ts';

/** Modules of which every name, and every sub-module, is dangerous in a model file. */
export const DANGEROUS_MODULES: ReadonlySet<string> = new Set(
  `os posix nt posixpath ntpath _posixsubprocess subprocess sys shutil pty tty socket _socket socketserver ssl asyncio
  concurrent.futures.process multiprocessing _multiprocessing signal _signal importlib _frozen_importlib
  _frozen_importlib_external imp _imp runpy zipimport pkgutil pkg_resources pip ensurepip venv setuptools distutils site
  sitecustomize usercustomize ctypes _ctypes cffi _cffi_backend mmap code codeop pdb bdb cProfile profile _lsprof trace
  timeit doctest unittest test idlelib lib2to3 pydoc pydoc_data rlcompleter readline pickle _pickle pickletools shelve
  marshal dill cloudpickle dbm webbrowser antigravity this platform commands popen2 http.client http.server urllib
  urllib2 urllib3 requests httpx aiohttp ftplib smtplib smtpd telnetlib poplib imaplib nntplib xmlrpc wsgiref cgi cgitb
  fileinput linecache tempfile glob fcntl resource winreg msvcrt _winapi nturl2path py_compile compileall zipapp sqlite3
  _sqlite3 crypt getpass logging.config logging.handlers atexit gc _thread turtle tkinter _pyrepl pyrepl _osx_support
  _aix_support sysconfig tarfile zipfile gzip bz2 lzma _io _pyio paramiko fabric invoke pexpect ptyprocess plumbum sh
  psutil execnet IPython ipykernel celery loky cython pyximport shlex hf_xet cppyy jpype win32com pythoncom boto3
  botocore docker`.split(/\s+/),
);

export const DANGEROUS_NAMES: ReadonlySet<string> = new Set(
  names({
    builtins: `eval exec execfile compile open file __import__ getattr setattr delattr globals locals vars breakpoint
        input raw_input apply reload help license copyright credits exit quit __build_class__`,
    types: 'CodeType FunctionType LambdaType',
    functools: 'partial reduce',
    operator: 'attrgetter methodcaller setitem call',
    _operator: 'attrgetter methodcaller setitem call',
    io: 'open open_code FileIO OpenWrapper',
    logging: 'FileHandler basicConfig',
    uuid: '_get_command_stdout _popen',
    yaml: 'load load_all unsafe_load unsafe_load_all full_load',
    numpy: 'load loadtxt fromfile save savez savez_compressed savetxt genfromtxt memmap fromregex DataSource',
    'numpy.lib.npyio': 'load loadtxt save savez genfromtxt NpzFile DataSource',
    'numpy.core.records': 'fromfile',
    torch: 'load save jit hub compile',
    'torch.serialization': 'load save _load _legacy_load',
    'torch.storage': '_load_from_bytes',
    'torch.jit': 'load save script',
    joblib: 'load dump',
    'joblib.numpy_pickle': 'load dump _unpickle',
    pandas: `read_pickle read_csv read_hdf read_sql read_json read_html read_xml read_parquet read_excel eval
        to_pickle HDFStore ExcelFile`,
    'pandas.io.pickle': 'read_pickle to_pickle',
    'keras.models': 'load_model model_from_json',
    'keras.utils': 'get_file',
    copyreg: 'add_extension pickle',
    codecs: 'open decode',
    _codecs: 'decode',
    weakref: 'finalize',
  }),
);

/** Whole trees of packages that run code or reach files by design. */
export const DANGEROUS_TREES: readonly string[] = [
  'numpy.testing',
  'numpy.f2py',
  'numpy.distutils',
  'numpy.ctypeslib',
  'numpy._pytesttester',
  'sklearn.utils._testing',
  'torch.hub',
  'torch.utils.bottleneck',
  'torch.utils.collect_env',
  'torch.utils.cpp_extension',
  'torch.utils.data.datapipes',
  'torch.utils.model_zoo',
  'torch.utils.hipify',
  'torch.utils._config_module',
  'torch.distributed.rpc',
  'torch.distributed.run',
  'torch.distributed.launch',
  'torch.distributed.elastic',
  'torch.multiprocessing',
  'torch._dynamo',
  'torch._inductor',
  'torch.fx.graph_module',
  'torch.fx.experimental',
  'torch.package',
  'torch.testing',
  'torch.jit',
  'torch.onnx',
  'torch.cuda._sanitizer',
  'pandas.io.pickle',
  'pandas.io.common',
  'pandas.io.sql',
  'pandas.core.computation',
  'joblib.externals',
  'joblib._parallel_backends',
];

/** Modules under another roof: `six.moves.builtins`. */
export const DANGEROUS_ROOFED: ReadonlySet<string> = new Set(
  'builtins __builtin__ subprocess importlib ctypes posix nt'.split(' '),
);

/** A part of a dotted name: `os.system` of `torch.serialization`. */
export const DANGEROUS_PARTS: ReadonlySet<string> = new Set(
  `os posix nt sys subprocess builtins __builtin__ __builtins__ __globals__ __import__ importlib import_module ctypes
  system popen Popen check_output eval exec execfile __subclasses__ __getattribute__ __class__ __dict__ __code__
  __closure__ __loader__ __spec__ __mro__ __bases__ __base__ __reduce__ __reduce_ex__ f_globals gi_frame pty runpy
  _load_from_bytes run_code runcode runstring exec_module run_module run_path load_module`.split(/\s+/),
);

function* names(list: Names): Generator<string> {
  for (const [module, text] of Object.entries(list))
    for (const name of text.split(/\s+/)) yield `${module}.${name}`;
}
