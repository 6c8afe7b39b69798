/** Python itself: types whose making and filling runs no code of others. */
import type { Names } from './names.ts';

export const STANDARD_CALLS: Names = {
  builtins: `list dict set frozenset tuple bytes bytearray int float bool complex slice range object str
    Ellipsis NotImplemented NoneType
    ArithmeticError AssertionError AttributeError BaseException Exception IndexError KeyError LookupError
    NotImplementedError OverflowError RuntimeError StopIteration TypeError ValueError ZeroDivisionError UserWarning
    Warning DeprecationWarning FutureWarning RuntimeWarning`,
  collections: 'OrderedDict Counter deque defaultdict ChainMap UserDict UserList',
  datetime: 'datetime date time timedelta timezone',
  decimal: 'Decimal',
  fractions: 'Fraction',
  uuid: 'UUID',
  pathlib: 'PosixPath WindowsPath Path PurePath PurePosixPath PureWindowsPath',
  'pathlib._local': 'PosixPath WindowsPath Path PurePath PurePosixPath PureWindowsPath',
  zoneinfo: 'ZoneInfo ZoneInfo._unpickle',
  ipaddress: 'IPv4Address IPv6Address IPv4Network IPv6Network',
  random: 'Random',
  array: '_array_reconstructor array',
  types: 'SimpleNamespace',
  re: '_compile',
  io: 'BytesIO StringIO',
  _io: 'BytesIO StringIO',
  logging: 'getLogger',
  _struct: 'Struct',
  pytz: '_UTC _p utc FixedOffset',
  'pytz.tzinfo': 'DstTzInfo StaticTzInfo',
  'dateutil.tz.tz': 'tzutc tzlocal tzoffset',
};

/** Methods of text that estimators hold and call on words. */
export const STANDARD_VALUES: Names = {
  builtins: `str.capitalize str.casefold str.isalnum str.isalpha str.isdigit str.isspace str.lower str.lstrip str.rsplit
    str.rstrip str.split str.splitlines str.strip str.swapcase str.title str.upper`,
};

export const STANDARD_CLASSES: Names = {
  argparse: 'Namespace',
};

/** Names of Python 2 that Python 3 maps; judged under the name that is imported. */
export const PYTHON_2_MODULES: Readonly<Record<string, string>> = {
  __builtin__: 'builtins',
  copy_reg: 'copyreg',
  exceptions: 'builtins',
  cPickle: 'pickle',
  commands: 'subprocess',
  urllib2: 'urllib.request',
  httplib: 'http.client',
  xmlrpclib: 'xmlrpc.client',
  SocketServer: 'socketserver',
  StringIO: 'io',
  cStringIO: 'io',
  UserDict: 'collections',
  UserList: 'collections',
  thread: '_thread',
  _winreg: 'winreg',
  Queue: 'queue',
};

export const PYTHON_2_NAMES: Readonly<Record<string, string>> = {
  'builtins.unicode': 'str',
  'builtins.basestring': 'str',
  'builtins.long': 'int',
  'builtins.xrange': 'range',
  'builtins.unichr': 'chr',
};
