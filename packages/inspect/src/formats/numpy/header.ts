/**
 * The header of `.npy`: a Python dictionary of three keys, which NumPy reads with `ast.literal_eval`. Python joins texts that
 * stand side by side, knows escapes and takes the last of two equal keys; whatever NumPy itself does not write is not
 * understood here, since a reader that understands it in another way sees another array.
 */

type Literal = string | number | boolean | Tuple | readonly Literal[];
class Tuple {
  readonly items: readonly Literal[];
  constructor(items: readonly Literal[]) {
    this.items = items;
  }
}

const TOKEN = /\s*(?:'([^'\\\n]*)'|"([^"\\\n]*)"|(\d+)L?|(True|False)|([{}()[\],:]))/y;
const DEEPEST = 16;

/** Bytes of the array; `object` where it holds objects anywhere; undefined where the header can not be understood. */
export function arraySize(header: string): number | 'object' | undefined {
  const fields = new Parser(header).header();
  const shape = fields?.get('shape');
  const descr = fields?.get('descr');
  if (fields?.size !== 3 || descr === undefined || typeof fields.get('fortran_order') !== 'boolean')
    return undefined;
  const count = product(shape);
  const item = itemSize(descr);
  if (count === undefined || item === undefined) return undefined;
  return item === 'object' ? item : count * item;
}

function product(shape: Literal | undefined): number | undefined {
  if (!(shape instanceof Tuple)) return undefined;
  let count = 1;
  for (const length of shape.items) {
    if (typeof length !== 'number') return undefined;
    count *= length;
  }
  return count;
}

/** Of one element: a type such as `<f4`, or a list of (name, type) and (name, type, shape). */
function itemSize(descr: Literal): number | 'object' | undefined {
  if (typeof descr === 'string') return typeSize(descr);
  if (!Array.isArray(descr)) return undefined;
  let total = 0;
  let objects = false;
  for (const field of descr) {
    if (!(field instanceof Tuple) || field.items.length < 2 || field.items.length > 3) return undefined;
    const [, type, shape] = field.items;
    const size = type === undefined ? undefined : itemSize(type);
    const count = shape === undefined ? 1 : product(shape);
    if (size === undefined || count === undefined) return undefined;
    if (size === 'object') objects = true;
    else total += size * count;
  }
  return objects ? 'object' : total;
}

function typeSize(type: string): number | 'object' | undefined {
  const parts = /^[<>|=]?([?bBiufcmMOSaUV])(\d*)(?:\[[^\]]*\])?$/.exec(type);
  if (parts === null) return undefined;
  const [, kind, digits] = parts;
  if (kind === 'O') return 'object';
  if (digits === '') return kind === '?' || kind === 'b' || kind === 'B' ? 1 : undefined;
  return Number(digits) * (kind === 'U' ? 4 : 1);
}

class Parser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** Undefined where it is no dictionary of literals, or a key stands in it twice. */
  header(): Map<string, Literal> | undefined {
    const fields = new Map<string, Literal>();
    if (this.next() !== '{') return undefined;
    for (let token = this.next(); token !== '}'; token = this.next()) {
      if (!(token instanceof Text) || fields.has(token.value) || this.next() !== ':') return undefined;
      const value = this.literal(this.next(), 0);
      if (value === undefined) return undefined;
      fields.set(token.value, value);
      const after = this.next();
      if (after === '}') break;
      if (after !== ',') return undefined;
    }
    return this.text.slice(this.at).trim() === '' ? fields : undefined;
  }

  private literal(token: Token | undefined, depth: number): Literal | undefined {
    if (token instanceof Text) return token.value;
    if (typeof token === 'number' || typeof token === 'boolean') return token;
    if ((token !== '(' && token !== '[') || depth > DEEPEST) return undefined;
    const close = token === '(' ? ')' : ']';
    const items: Literal[] = [];
    let commas = 0;
    for (let inner = this.next(); inner !== close; inner = this.next()) {
      const value = this.literal(inner, depth + 1);
      if (value === undefined) return undefined;
      items.push(value);
      const after = this.next();
      if (after === close) break;
      if (after !== ',') return undefined;
      commas++;
    }
    if (close === ']') return items;
    // Brackets around one value are no tuple.
    return items.length === 1 && commas === 0 ? undefined : new Tuple(items);
  }

  private next(): Token | undefined {
    TOKEN.lastIndex = this.at;
    const match = TOKEN.exec(this.text);
    if (match === null) return undefined;
    this.at = TOKEN.lastIndex;
    const [, single, double, digits, truth, mark] = match;
    const text = single ?? double;
    if (text !== undefined) return new Text(text);
    if (digits !== undefined) return Number(digits);
    return truth === undefined ? mark : truth === 'True';
  }
}

/** A text of the header, apart from its punctuation. */
class Text {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}
type Token = Text | number | boolean | string;
