/** What an operation's handler gets and gives. */
import type { Held, Operation, RequestOf, ResponseOf } from '@custos/contract';
import type { Method } from '../identity/auth.ts';
import type { Service } from '../service.ts';

export interface SessionInfo {
  readonly id: string;
  /** Id of the account at the sign-in library. */
  readonly account: string;
  readonly method: Method;
  /** When somebody signed in. */
  readonly since: Date;
}

/** Who calls. Handlers never read it from the request. */
export interface Principal {
  /** E-mail address in lower case; empty for somebody who is not signed in. */
  readonly person: string;
  readonly name: string;
  readonly via: 'session' | 'key' | 'nobody';
  /** Id of the API key. */
  readonly key: string | undefined;
  /** The one organisation that this session or key may enter; undefined: all of which the person is a member. */
  readonly only: string | undefined;
  /** The session, where there is one. */
  readonly session: SessionInfo | undefined;
  /** Roles in the organisation, and on the system, of the path. */
  readonly held: Held;
}

export const NOBODY: Principal = {
  person: '',
  name: '',
  via: 'nobody',
  key: undefined,
  only: undefined,
  session: undefined,
  held: { organisation: undefined, system: [] },
};

export interface Call<O extends Operation> extends RequestOf<O> {
  readonly service: Service;
  readonly who: Principal;
  /** Version that the caller saw, for versioned operations; 0 for others. */
  readonly version: number;
  readonly headers: Headers;
  /** Address of the client. */
  readonly address: string;
  /** Gives the answer a version. */
  setVersion(version: number): void;
  /** Adds a header to the answer. */
  setHeader(name: string, value: string): void;
  /** Adds a `Set-Cookie`. */
  setCookie(cookie: string): void;
}

export interface Mounted {
  readonly operation: Operation;
  readonly run: (call: Call<Operation>) => Promise<unknown>;
}

/** Joins an operation and what it does. The request was checked against the operation's schemas before. */
export function handle<O extends Operation>(
  operation: O,
  run: (call: Call<O>) => Promise<ResponseOf<O>>,
): Mounted {
  return { operation, run: run as Mounted['run'] };
}
