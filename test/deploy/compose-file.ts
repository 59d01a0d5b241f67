import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

/** What the specs read of a service. */
export interface ComposeService {
  readonly image: string;
  readonly build?: string;
  readonly user: string;
  readonly init?: boolean;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly networks: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly restart: string;
  readonly read_only: boolean;
  readonly cap_drop: readonly string[];
  readonly security_opt: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly mem_limit: string;
  readonly pids_limit: number;
  readonly stop_grace_period?: string;
  readonly logging: { readonly driver: string; readonly options: Readonly<Record<string, string>> };
  readonly profiles?: readonly string[];
  readonly container_name?: string;
  readonly env_file?: unknown;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** A variable that the file takes from `.env`. */
export interface ComposeVariable {
  readonly name: string;
  readonly isRequired: boolean;
  /** Empty when the service's own default holds. */
  readonly fallback: string;
}

const REFERENCE = /\$\{([A-Z0-9_]+)(:-|:\?)?([^}]*)\}/g;

export const composeText = readFileSync('docker-compose.yml', 'utf8');
export const composeFile = parse(composeText, { merge: true }) as ComposeFile;

export function composeService(name: string): ComposeService {
  const service = composeFile.services[name];
  if (service === undefined) {
    throw new Error(`docker-compose.yml has no service ${name}`);
  }
  return service;
}

export function composeVariables(): ComposeVariable[] {
  return [...withoutComments(composeText).matchAll(REFERENCE)].map(([, name = '', kind, rest = '']) => ({
    name,
    isRequired: kind === ':?',
    fallback: kind === ':-' ? rest : '',
  }));
}

/** The environment of a container, as Compose makes it of the file and the variables of `.env`. */
export function containerEnvironment(
  service: string,
  variables: Readonly<Record<string, string>>,
): Record<string, string> {
  const environment = composeService(service).environment ?? {};
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, interpolate(String(value), variables)]),
  );
}

/** @throws Error when a variable without which the deployment can't run is missing */
export function interpolate(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(REFERENCE, (_, name: string, kind: string | undefined, rest: string) => {
    const value = variables[name] ?? '';
    if (value === '' && kind === ':?') {
      throw new Error(`${name} is missing`);
    }
    return value === '' && kind === ':-' ? rest : value;
  });
}

function withoutComments(text: string): string {
  return text.replaceAll(/^\s*#.*$/gm, '');
}
