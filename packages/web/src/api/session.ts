/** Signing in and out, at the endpoints of the sign-in library. */
import { z } from 'zod';

const Failure = z.object({ message: z.string() });
const SignedIn = z.object({ twoFactorRedirect: z.boolean().optional() });

/** @returns true when a second factor is still asked for @throws Error that says why it did not work */
export async function signIn(email: string, password: string): Promise<boolean> {
  return (
    SignedIn.parse(await post('/api/auth/sign-in/email', { email, password })).twoFactorRedirect === true
  );
}

export async function signOut(): Promise<void> {
  await post('/api/auth/sign-out', {});
}

async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return answer;
  const failure = Failure.safeParse(answer);
  throw new Error(
    failure.success ? failure.data.message : `The service answered with status ${response.status}.`,
  );
}
