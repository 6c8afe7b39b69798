import { concat, int, json, utf8, zeros, zip } from './build.ts';
import { cuts, type Planted, type Sample, type Samples } from './samples.ts';

const learner = {
  attributes: {},
  feature_names: ['a'],
  gradient_booster: { name: 'gbtree', model: { trees: [{ split_conditions: [0.5] }] } },
  objective: { name: 'binary:logistic' },
};

/** UBJSON of objects, texts, numbers, and rows of 32-bit floats. */
function ubjson(value: unknown): Uint8Array {
  if (typeof value === 'string') return concat(utf8('S'), size(utf8(value).length), utf8(value));
  if (typeof value === 'number') return concat(utf8('l'), int(value, 4, false));
  if (Array.isArray(value)) return concat(utf8('[$d#'), size(value.length), zeros(4 * value.length));
  const entries = Object.entries(value ?? {});
  return concat(
    utf8('{'),
    ...entries.flatMap(([key, inner]) => [size(utf8(key).length), utf8(key), ubjson(inner)]),
    utf8('}'),
  );
}

function size(length: number): Uint8Array {
  return concat(utf8('L'), int(length, 8, false));
}

const binary = (note: string) =>
  ubjson({
    learner: { attributes: { note }, objective: { name: 'reg:squarederror' }, weights: [1, 2, 3] },
    version: 2,
  });
const LIGHTGBM =
  'tree\nversion=v4\nnum_class=1\nmax_feature_idx=1\nobjective=binary sigmoid:1\nfeature_names=a b\n\nTree=0\nnum_leaves=2\nleaf_value=0.1 -0.2\n\nend of trees\n\nparameters:\n[boosting: gbdt]\nend of parameters\n\npandas_categorical:null\n';

const benign: Sample[] = [
  { what: 'XGBoost’s JSON', path: 'm.json', bytes: json({ learner, version: [2, 0, 0] }) },
  { what: 'XGBoost’s UBJSON', path: 'm.ubj', bytes: binary('made for tests') },
  { what: 'LightGBM’s text', path: 'm.txt', bytes: utf8(LIGHTGBM) },
  {
    what: 'LightGBM’s JSON',
    path: 'm.json',
    bytes: json({ name: 'tree', version: 'v4', num_class: 1, max_feature_idx: 1, tree_info: [] }),
  },
];

const SHELL = '__import__("os").system("id") #os.system(';
const planted: Planted[] = [
  {
    what: 'a script in XGBoost’s JSON',
    rule: 'text.embedded-code',
    verdict: 'suspicious',
    path: 'm.json',
    bytes: json({ learner: { ...learner, feature_names: [SHELL] }, version: [2, 0, 0] }),
  },
  {
    what: 'a script in XGBoost’s UBJSON',
    rule: 'text.embedded-code',
    verdict: 'suspicious',
    path: 'm.ubj',
    bytes: binary(SHELL),
  },
  {
    what: 'bytes after XGBoost’s UBJSON',
    rule: 'xgboost.trailing',
    verdict: 'suspicious',
    path: 'm.ubj',
    bytes: concat(binary('x'), zeros(100)),
  },
  {
    what: 'a script in LightGBM’s text',
    rule: 'text.embedded-code',
    verdict: 'suspicious',
    path: 'm.txt',
    bytes: utf8(LIGHTGBM.replace('feature_names=a b', `feature_names=a ${SHELL}`)),
  },
];

export const treeSamples: Samples = {
  benign,
  planted,
  broken: [
    ...benign.slice(0, 2).flatMap((sample) => cuts(sample)),
    { what: 'a line that is none', path: 'm.txt', bytes: utf8(`${LIGHTGBM}something else here\n`) },
    {
      what: 'an array of 2⁶⁰ empty elements',
      path: 'm.ubj',
      bytes: concat(utf8('{'), size(7), utf8('learner'), utf8('[$Z#L'), int(1n << 60n, 8, false)),
    },
    {
      what: 'objects 10,000 deep',
      path: 'm.ubj',
      bytes: concat(
        utf8('{'),
        size(7),
        utf8('learner'),
        ...Array.from({ length: 10_000 }, () => concat(utf8('{'), size(1), utf8('a'))),
      ),
    },
  ],
};

const IR =
  '<?xml version="1.0"?>\n<net name="m" version="11"><layers><layer id="0" name="x" type="Parameter" version="opset1"><data shape="1,3" element_type="f32"/></layer>LAYER</layers><edges/></net>';
const PMML =
  '<?xml version="1.0"?>DOCTYPE<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/><DataDictionary/>BODY</PMML>';
const ir = (layer: string) => utf8(IR.replace('LAYER', layer));
const pmml = (body: string, doctype = '') => utf8(PMML.replace('BODY', body).replace('DOCTYPE', doctype));

export const xmlSamples: Samples = {
  benign: [
    {
      what: 'an IR of OpenVINO',
      path: 'm.xml',
      bytes: ir('<layer id="1" name="w" type="Const" version="opset1"><data offset="0" size="12"/></layer>'),
    },
    {
      what: 'a PMML model',
      path: 'm.pmml',
      bytes: pmml('<Extension name="author" value="somebody"/><RegressionModel functionName="regression"/>'),
    },
    {
      what: 'PMML in UTF-16',
      path: 'm.pmml',
      bytes: concat(
        Uint8Array.of(0xff, 0xfe),
        new Uint8Array(Buffer.from(PMML.replace('BODY', '').replace('DOCTYPE', ''), 'utf16le')),
      ),
    },
  ],
  planted: [
    {
      what: 'a layer of an extension',
      rule: 'openvino.extension',
      verdict: 'suspicious',
      path: 'm.xml',
      bytes: ir('<layer id="1" type="Evil" version="extension"/>'),
    },
    {
      what: 'a library by an absolute path',
      rule: 'openvino.external-path',
      verdict: 'unsafe',
      path: 'm.xml',
      bytes: ir('<layer id="1" type="X" version="opset1"><data library="/tmp/evil.so"/></layer>'),
    },
    {
      what: 'weights at a negative place',
      rule: 'openvino.data-range',
      verdict: 'suspicious',
      path: 'm.xml',
      bytes: ir('<layer id="1" type="Const" version="opset1"><data offset="-8" size="12"/></layer>'),
    },
    {
      what: 'an external entity',
      rule: 'xml.external-entity',
      verdict: 'unsafe',
      path: 'm.pmml',
      bytes: pmml('&x;', '<!DOCTYPE PMML [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
    },
    {
      what: 'an external document type',
      rule: 'xml.external-entity',
      verdict: 'unsafe',
      path: 'm.xml',
      bytes: concat(utf8('<!DOCTYPE net SYSTEM "http://203.0.113.1/x.dtd">'), ir('').slice(22)),
    },
    {
      what: 'entities that grow',
      rule: 'xml.entity',
      verdict: 'suspicious',
      path: 'm.pmml',
      bytes: pmml('&b;', '<!DOCTYPE PMML [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'),
    },
    {
      what: 'a script',
      rule: 'pmml.script',
      verdict: 'suspicious',
      path: 'm.pmml',
      bytes: pmml('<script>run()</script>'),
    },
    {
      what: 'an extension that names a class',
      rule: 'pmml.extension',
      verdict: 'suspicious',
      path: 'm.pmml',
      bytes: pmml('<Extension name="handlerClass" value="evil.Handler"/>'),
    },
    {
      what: 'a Java class as a function',
      rule: 'pmml.java-function',
      verdict: 'unsafe',
      path: 'm.pmml',
      bytes: pmml('<Apply function="java.lang.Runtime.exec"/>'),
    },
    {
      what: 'a style sheet',
      rule: 'xml.stylesheet',
      verdict: 'suspicious',
      path: 'm.pmml',
      bytes: pmml('', '<?xml-stylesheet href="http://203.0.113.1/x.xsl"?>'),
    },
    {
      what: 'an inclusion',
      rule: 'xml.inclusion',
      verdict: 'suspicious',
      path: 'm.pmml',
      bytes: pmml('<x xmlns:xi="http://www.w3.org/2001/XInclude"/>'),
    },
  ],
  broken: [
    { what: 'an element that does not end', path: 'm.pmml', bytes: pmml('<a>').slice(0, -20) },
    { what: 'elements 10,000 deep', path: 'm.pmml', bytes: pmml('<a>'.repeat(10_000)) },
    { what: 'a tag that does not end', path: 'm.pmml', bytes: pmml('<a b="').slice(0, -10) },
  ],
};

export const executableSamples: Samples = {
  benign: [],
  planted: [
    {
      what: 'a program for several systems',
      rule: 'executable.program',
      verdict: 'suspicious',
      path: 'm.llamafile',
      bytes: concat(utf8("MZqFpD='\n"), zeros(64)),
    },
    {
      what: 'a program that is a zip as well',
      rule: 'file.polyglot',
      verdict: 'suspicious',
      path: 'm.llamafile',
      bytes: concat(utf8("MZqFpD='\n"), zeros(64), zip({ 'a.txt': utf8('x') })),
    },
    {
      what: 'a library among the members',
      rule: 'executable.program',
      verdict: 'suspicious',
      path: 'm.zip',
      bytes: zip({ 'lib.so': concat(utf8('\x7fELF'), zeros(64)) }),
    },
  ],
  broken: [
    { what: 'an engine of TensorRT', path: 'm.plan', bytes: concat(utf8('ptrt'), zeros(64)) },
    { what: 'a model of CatBoost', path: 'm.cbm', bytes: concat(utf8('CBM1'), zeros(64)) },
    { what: 'the old binary of XGBoost', path: 'm.model', bytes: concat(utf8('binf'), zeros(64)) },
  ],
};
