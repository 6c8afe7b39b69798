/** What the declaration's form says. */
export const text = {
  name: 'Name',
  id: 'Id',
  idHelp: 'Part of addresses and of the ledger’s name; it stays. 2–63 of a–z, 0–9 and -',
  purpose: 'Purpose',
  purposeHelp: 'What it is for, in a sentence or two. Assessors read this first.',
  phase: 'Phase of its life',
  use: 'Approved use',
  useHelp:
    'Everything the system is meant to do, and nothing else. What evidence shows beyond it is a finding.',
  inputs: 'Takes',
  outputs: 'Gives',
  exposure: 'Who can reach it',
  exposures: {
    internal: 'Internal: people of the organisation',
    partners: 'Partners: named organisations',
    public: 'Public: anybody',
  },
  tools: 'Tools it needs',
  users: 'Users',
  prohibited: 'Prohibited uses',
  listHelp: 'Enter after each one',
  facts: 'Facts',
  factsHelp:
    'Facts switch duties on. Most are derived from evidence; say here what evidence can’t decide. What you leave open is shown as undecided.',
  fact: { open: 'Not said', yes: 'Yes', no: 'No' },
  assets: 'Assets beyond what scanning finds, and owners',
  assetId: 'Asset, such as model:gpt-4o',
  owner: 'Owner',
  addAsset: 'Add an asset',
  removeAsset: (n: number) => `Remove asset ${n}`,
} as const;
