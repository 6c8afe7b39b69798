import { describe, expect, test } from 'vitest';
import { commonPasswords } from './common-passwords.ts';
import { checkPassword } from './password-rules.ts';

const about = ['Nora Klein', 'nora.klein@acme.example', 'acme-ltd'];

describe('refused', () => {
  test.each([
    'passwordpassword',
    'Password123456!',
    'P@ssw0rd2026!!',
    'administrator1',
    'welcome-to-custos',
    'letmeinletmein',
    'iloveyou123456',
    '123456789012',
    'qwertyuiop123',
    'lkjhgfdsapoiuy',
    'zyxwvutsrqponm',
    'abcabcabcabcabc',
    'aaaaaaaaaaaaaaaa',
    '1q2w3e4r5t6y',
    'nora klein 2026',
    'acme.example!1',
    'klein-klein-99',
    'summer2026summer',
    'Hd764nW5d7E1vb1',
    'MAILCREATED5240',
  ])('%s', (password) => {
    expect(() => checkPassword(password, about)).toThrow(/easy to guess/);
  });
});

test('of the common ones that are long enough there are more than the 3,000 that OWASP asks for', () => {
  expect(commonPasswords(12).size).toBeGreaterThan(40_000);
});

describe('taken', () => {
  test.each([
    'violet tram under rain',
    'correct horse battery',
    'Zw9!kd-02mVxq',
    'the password of nobody else',
    'noras seven green bicycles',
    'ein langer satz über möwen',
    '夜明け前の静かな海辺で泳ぐ魚たち',
  ])('%s', (password) => {
    expect(() => checkPassword(password, about)).not.toThrow();
  });
});
