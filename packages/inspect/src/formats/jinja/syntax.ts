/** The syntax tree of a Jinja template. Offsets are characters from the start of the template. */

export type Expression =
  | { readonly type: 'name'; readonly name: string; readonly offset: number }
  | { readonly type: 'literal'; readonly value: string | number | boolean | null; readonly offset: number }
  | { readonly type: 'list'; readonly items: readonly Expression[]; readonly offset: number }
  | {
      readonly type: 'dict';
      readonly entries: readonly (readonly [Expression, Expression])[];
      readonly offset: number;
    }
  | {
      readonly type: 'attribute';
      readonly object: Expression;
      readonly name: string;
      readonly offset: number;
    }
  | {
      readonly type: 'subscript';
      readonly object: Expression;
      readonly index: Expression;
      readonly offset: number;
    }
  | {
      readonly type: 'slice';
      readonly parts: readonly (Expression | undefined)[];
      readonly offset: number;
    }
  | {
      readonly type: 'call';
      readonly callee: Expression;
      readonly args: readonly Argument[];
      readonly offset: number;
    }
  | {
      readonly type: 'filter';
      /** Absent in a filter block, where the body is filtered. */
      readonly object: Expression | undefined;
      readonly name: string;
      readonly args: readonly Argument[];
      readonly offset: number;
    }
  | {
      readonly type: 'test';
      readonly object: Expression;
      readonly name: string;
      readonly args: readonly Argument[];
      readonly offset: number;
    }
  | {
      readonly type: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
      readonly offset: number;
    }
  | {
      readonly type: 'unary';
      readonly operator: string;
      readonly operand: Expression;
      readonly offset: number;
    }
  | {
      readonly type: 'conditional';
      readonly test: Expression;
      readonly consequent: Expression;
      readonly otherwise: Expression | undefined;
      readonly offset: number;
    };

/** A positional, a named, or a spread (`*`, `**`) argument. */
export interface Argument {
  readonly name: string | undefined;
  readonly value: Expression;
}

export type Statement =
  | { readonly type: 'text'; readonly text: string; readonly offset: number }
  | { readonly type: 'output'; readonly value: Expression; readonly offset: number }
  | {
      readonly type: 'for';
      readonly target: Expression;
      readonly items: Expression;
      readonly filter: Expression | undefined;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly offset: number;
    }
  | {
      readonly type: 'if';
      readonly test: Expression;
      readonly consequent: readonly Statement[];
      readonly otherwise: readonly Statement[];
      readonly offset: number;
    }
  | {
      readonly type: 'set';
      readonly targets: readonly Expression[];
      /** Absent where a block is captured. */
      readonly value: Expression | undefined;
      readonly body: readonly Statement[];
      readonly offset: number;
    }
  | {
      readonly type: 'macro';
      readonly name: string;
      readonly parameters: readonly { readonly name: string; readonly value: Expression | undefined }[];
      readonly body: readonly Statement[];
      readonly offset: number;
    }
  | {
      /** `call`, `filter`, `with`, `block`, `autoescape`, `generation`: expressions and a body. */
      readonly type: 'scope';
      readonly tag: string;
      readonly values: readonly Expression[];
      readonly body: readonly Statement[];
      readonly offset: number;
    }
  | {
      /** `include`, `import`, `from`, `extends`: takes in another file. */
      readonly type: 'load';
      readonly tag: string;
      readonly target: Expression;
      readonly offset: number;
    }
  | { readonly type: 'do'; readonly value: Expression; readonly offset: number }
  | { readonly type: 'jump'; readonly tag: string; readonly offset: number };

export interface Template {
  readonly body: readonly Statement[];
}

/** The expressions that an expression directly holds. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.type) {
    case 'name':
    case 'literal':
      return [];
    case 'list':
      return expression.items;
    case 'dict':
      return expression.entries.flat();
    case 'attribute':
      return [expression.object];
    case 'subscript':
      return [expression.object, expression.index];
    case 'slice':
      return expression.parts.filter((part) => part !== undefined);
    case 'call':
      return [expression.callee, ...expression.args.map(({ value }) => value)];
    case 'filter': {
      const args = expression.args.map(({ value }) => value);
      return expression.object === undefined ? args : [expression.object, ...args];
    }
    case 'test':
      return [expression.object, ...expression.args.map(({ value }) => value)];
    case 'binary':
      return [expression.left, expression.right];
    case 'unary':
      return [expression.operand];
    case 'conditional':
      return expression.otherwise === undefined
        ? [expression.test, expression.consequent]
        : [expression.test, expression.consequent, expression.otherwise];
  }
}

/** The expressions and the bodies that a statement directly holds. */
export function contentsOf(statement: Statement): {
  readonly expressions: readonly Expression[];
  readonly bodies: readonly (readonly Statement[])[];
} {
  switch (statement.type) {
    case 'text':
    case 'jump':
      return { expressions: [], bodies: [] };
    case 'output':
    case 'do':
      return { expressions: [statement.value], bodies: [] };
    case 'for':
      return {
        expressions:
          statement.filter === undefined
            ? [statement.target, statement.items]
            : [statement.target, statement.items, statement.filter],
        bodies: [statement.body, statement.otherwise],
      };
    case 'if':
      return { expressions: [statement.test], bodies: [statement.consequent, statement.otherwise] };
    case 'set':
      return {
        expressions:
          statement.value === undefined ? statement.targets : [...statement.targets, statement.value],
        bodies: [statement.body],
      };
    case 'macro':
      return {
        expressions: statement.parameters.flatMap(({ value }) => (value === undefined ? [] : [value])),
        bodies: [statement.body],
      };
    case 'scope':
      return { expressions: statement.values, bodies: [statement.body] };
    case 'load':
      return { expressions: [statement.target], bodies: [] };
  }
}

/** Every expression in an expression, outermost first, without recursion. */
export function* everyExpression(expression: Expression): Generator<Expression> {
  const stack: Expression[] = [expression];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next;
    for (const part of partsOf(next).toReversed()) stack.push(part);
  }
}

/** Every statement in a body, in order of the text, without recursion. */
export function* everyStatement(body: readonly Statement[]): Generator<Statement> {
  const stack: Statement[] = body.toReversed();
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next;
    for (const inner of contentsOf(next).bodies.toReversed())
      for (const statement of inner.toReversed()) stack.push(statement);
  }
}
