/** What ordinary chat templates use, and the names that only an attack needs. */

/** Functions that Jinja and the loaders of chat templates provide. */
export const FUNCTIONS: ReadonlySet<string> = new Set(
  'range dict namespace raise_exception strftime_now caller loop joiner cycler _ gettext ngettext len str int zip enumerate tojson'.split(
    ' ',
  ),
);

/** Methods of strings, lists and dictionaries. */
export const METHODS: ReadonlySet<string> = new Set(
  (
    'strip lstrip rstrip split rsplit splitlines startswith endswith removeprefix removesuffix upper lower title capitalize ' +
    'casefold swapcase replace join find rfind index rindex count partition rpartition center ljust rjust zfill encode ' +
    'isdigit isalpha isalnum isspace isupper islower isnumeric isdecimal istitle expandtabs translate ' +
    'items keys values get pop setdefault update copy append extend insert remove reverse sort clear cycle changed next ' +
    'strftime isoformat'
  ).split(' '),
);

export const FILTERS: ReadonlySet<string> = new Set(
  (
    'abs batch capitalize center count d default dictsort e escape filesizeformat first float forceescape format groupby ' +
    'indent int items join last length list lower map max min pprint random reject rejectattr replace reverse round safe ' +
    'select selectattr slice sort string striptags sum title tojson to_json from_json fromjson trim truncate unique upper urlencode urlize ' +
    'wordcount wordwrap xmlattr strip startswith'
  ).split(' '),
);

/** Names that run code or reach the machine when a template calls them. */
export const CODE: ReadonlySet<string> = new Set(
  (
    'eval exec execfile compile open __import__ import_module importlib getattr setattr delattr globals locals vars ' +
    'breakpoint input os sys system popen popen2 popen3 spawn spawnl spawnv execl execv execve subprocess Popen ' +
    'check_output check_call getoutput getstatusoutput builtins load_module exec_module pty socket urlopen urlretrieve ' +
    'get_flashed_messages url_for'
  ).split(' '),
);

/** Frames and code objects without double underscores. */
export const INTERNALS: ReadonlySet<string> = new Set(
  (
    'mro func_globals func_code func_closure gi_frame gi_code cr_frame cr_code ag_frame ag_code tb_frame f_globals ' +
    'f_locals f_builtins f_back f_code co_code im_func im_self im_class'
  ).split(' '),
);

/** Variables of web frameworks and of Jinja from which an attack starts; no chat template has them. */
export const FOREIGN: ReadonlySet<string> = new Set(
  'self lipsum request config session g application handler settings environ undefined get_flashed_messages url_for'.split(
    ' ',
  ),
);

const DUNDER = /^__[a-z][a-z_]*[a-z]__$/;

/** A name from which Python's object graph is walked: `__class__`, `f_globals`, `_TemplateReference__context`. */
export function isWalking(name: string): boolean {
  return DUNDER.test(name) || INTERNALS.has(name) || /^_\w+__\w+$/.test(name);
}

/** The special names in a text: in a dotted path, in a format string, on its own. */
export function walkingNames(text: string): string[] {
  const found = new Set<string>();
  for (const [name] of text.matchAll(
    /__(?:class|mro|base|bases|subclasses|globals|builtins|import|init|getattribute|getattr|dict|code|func|self|closure|reduce|reduce_ex|call|loader|spec|module|doc|new|del|enter|exit|name|qualname|wrapped)__/g,
  ))
    found.add(name);
  return [...found];
}
