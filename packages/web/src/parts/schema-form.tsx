/**
 * A form made from a schema: every kind of evidence can be recorded by hand, with the fields that its schema has. What
 * has no simple control (unions, free records) is typed as JSON. The service checks again what arrives.
 */
import {
  Button,
  Fieldset,
  Group,
  JsonInput,
  NumberInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  Textarea,
  TextInput,
} from '@mantine/core';
import { z } from 'zod';
import { TimeField } from './time-field.tsx';

const Node = z.object({
  type: z.string().optional(),
  format: z.string().optional(),
  minLength: z.number().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  enum: z.array(z.string()).optional(),
  const: z.unknown().optional(),
  default: z.unknown().optional(),
  required: z.array(z.string()).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  anyOf: z.array(z.unknown()).optional(),
  oneOf: z.array(z.unknown()).optional(),
});
type Node = z.infer<typeof Node>;

const words = {
  add: 'Add',
  remove: 'Remove',
  entry: (n: number) => `Entry ${n}`,
  listHelp: 'Enter after each one',
  jsonHelp: 'As JSON',
  notJson: 'This is no JSON.',
};

/** Values of 80 characters and more get a field of several lines. */
const PROSE = 20;

export function schemaOf(type: z.ZodType): unknown {
  return z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
}

interface FieldProps {
  schema: unknown;
  label: string;
  required: boolean;
  value: unknown;
  onChange: (value: unknown) => void;
}

/** The fields of an object, without a frame. */
export function SchemaFields({ schema, value, onChange }: Pick<FieldProps, 'schema' | 'value' | 'onChange'>) {
  const node = Node.parse(schema);
  if (node.properties === undefined)
    return <Field schema={schema} label="Content" required value={value} onChange={onChange} />;
  const object = isObject(value) ? value : {};
  return (
    <Stack gap="sm">
      {Object.entries(node.properties).map(([name, inner]) => (
        <Field
          key={name}
          schema={inner}
          label={labelOf(name)}
          required={node.required?.includes(name) ?? false}
          value={object[name]}
          onChange={(next) => onChange(withField(object, name, next))}
        />
      ))}
    </Stack>
  );
}

function Field({ schema, label, required, value, onChange }: FieldProps) {
  const node = Node.parse(schema);
  const named = { label, required, withAsterisk: required };
  if (node.enum)
    return (
      <Select
        {...named}
        data={node.enum.map((item) => ({ value: item, label: item.replaceAll('_', ' ') }))}
        value={typeof value === 'string' ? value : null}
        clearable={!required}
        onChange={(next) => onChange(next ?? undefined)}
      />
    );
  if (node.type === 'boolean')
    return (
      <Switch
        label={label}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  if (node.type === 'number' || node.type === 'integer')
    return (
      <NumberInput
        {...named}
        hideControls
        allowDecimal={node.type === 'number'}
        {...(node.minimum === undefined ? {} : { min: node.minimum })}
        {...(node.maximum === undefined ? {} : { max: Math.min(node.maximum, Number.MAX_SAFE_INTEGER) })}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(typeof next === 'number' ? next : undefined)}
      />
    );
  if (node.type === 'array') return <ListField {...{ node, label, required, value, onChange }} />;
  if (node.type === 'object' && node.properties)
    return (
      <Fieldset legend={label}>
        <SchemaFields schema={schema} value={value} onChange={onChange} />
      </Fieldset>
    );
  if (node.format === 'date-time')
    return (
      <TimeField {...{ label, required, onChange }} value={typeof value === 'string' ? value : undefined} />
    );
  if (node.type === 'string' || !(node.type || node.anyOf || node.oneOf)) {
    const Input = (node.minLength ?? 0) >= PROSE ? Textarea : TextInput;
    return (
      <Input
        {...named}
        {...(Input === Textarea ? { autosize: true, minRows: 2 } : {})}
        {...(node.minLength ? { minLength: node.minLength } : {})}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) =>
          onChange(event.currentTarget.value === '' ? undefined : event.currentTarget.value)
        }
      />
    );
  }
  return (
    <JsonInput
      {...named}
      description={words.jsonHelp}
      validationError={words.notJson}
      autosize
      minRows={2}
      defaultValue={value === undefined ? '' : JSON.stringify(value, null, 2)}
      onChange={(text) => {
        try {
          onChange(JSON.parse(text));
        } catch {
          onChange(undefined);
        }
      }}
    />
  );
}

function ListField({ node, label, required, value, onChange }: Omit<FieldProps, 'schema'> & { node: Node }) {
  const items: unknown[] = Array.isArray(value) ? value : [];
  const item = Node.parse(node.items ?? {});
  if (item.type === 'string' || item.enum)
    return (
      <TagsInput
        label={label}
        withAsterisk={required}
        description={words.listHelp}
        value={items.map(String)}
        {...(item.enum ? { data: item.enum } : {})}
        acceptValueOnBlur
        onChange={onChange}
      />
    );
  return (
    <Fieldset legend={label}>
      <Stack gap="sm">
        {items.map((one, at) => (
          // Entries have no names of their own; they are only added at the end and removed.
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is all that an entry has
          <Fieldset key={at} legend={words.entry(at + 1)}>
            <SchemaFields
              schema={node.items}
              value={one}
              onChange={(next) => onChange(items.map((old, place) => (place === at ? next : old)))}
            />
            <Button
              mt="sm"
              size="compact-xs"
              variant="default"
              onClick={() => onChange(items.filter((_, place) => place !== at))}
            >
              {words.remove}: {words.entry(at + 1)}
            </Button>
          </Fieldset>
        ))}
        <Group>
          <Button size="compact-sm" variant="default" onClick={() => onChange([...items, {}])}>
            {words.add}: {label}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}

/** `decidedAt` → `Decided at`, `aiIssues` → `AI issues` */
function labelOf(name: string): string {
  const spaced = name
    .replaceAll('_', ' ')
    .replaceAll(/([a-z])([A-Z])/g, (_, a: string, b: string) => `${a} ${b.toLowerCase()}`);
  const label = spaced.charAt(0).toUpperCase() + spaced.slice(1);
  return label.replace(/\bai\b/i, 'AI');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withField(object: Record<string, unknown>, name: string, value: unknown): Record<string, unknown> {
  const { [name]: _, ...rest } = object;
  return value === undefined ? rest : { ...rest, [name]: value };
}

/** What the schema demands and an untouched field leaves out: no list, and no switch that is off. */
export function completed(schema: unknown, value: unknown): unknown {
  const node = Node.parse(schema);
  if (node.type === 'array') {
    if (!Array.isArray(value)) return [];
    return value.map((item) => completed(node.items ?? {}, item));
  }
  if (node.type === 'boolean') return value === true;
  if (node.properties === undefined) return value;
  const object = isObject(value) ? value : {};
  const fields = Object.entries(node.properties).flatMap(([name, inner]) => {
    const demanded = node.required?.includes(name) ?? false;
    if (object[name] === undefined && !demanded) return [];
    const field = completed(inner, object[name]);
    return field === undefined ? [] : [[name, field] as const];
  });
  return Object.fromEntries(fields);
}
