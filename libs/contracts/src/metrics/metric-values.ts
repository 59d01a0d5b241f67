import { registerDecorator, type ValidationArguments } from 'class-validator';

/** What a metric may be. Booleans are stored as 0 or 1. */
export type MetricValue = number | boolean | string;
export type MetricValues = Record<string, MetricValue>;

export const MAX_METRICS = 1_000;
export const MAX_METRIC_NAME_LENGTH = 200;
export const MAX_METRIC_TEXT_LENGTH = 8_192;

const NO_PROBLEMS: readonly string[] = [];

/** Says by name what is wrong with a map of metrics; empty when nothing is. */
export function metricProblems(metrics: unknown): readonly string[] {
  if (areMetricValues(metrics)) {
    return NO_PROBLEMS;
  }
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics)) {
    return ['metrics must be an object of names and values'];
  }
  const entries = Object.entries(metrics);
  if (entries.length > MAX_METRICS) {
    return [`metrics must be at most ${MAX_METRICS}`];
  }
  return entries.flatMap(([name, value]) => problemsOf(name, value));
}

/** The same as a question, without a list to be made. */
function areMetricValues(metrics: unknown): metrics is MetricValues {
  if (typeof metrics !== 'object' || metrics === null || Array.isArray(metrics)) {
    return false;
  }
  const names = Object.keys(metrics);
  return (
    names.length <= MAX_METRICS &&
    names.every((name) => isName(name) && isValue((metrics as Record<string, unknown>)[name]))
  );
}

function isName(name: string): boolean {
  return name.length > 0 && name.length <= MAX_METRIC_NAME_LENGTH && isStorableText(name);
}

function isValue(value: unknown): value is MetricValue {
  return typeof value === 'string'
    ? value.length <= MAX_METRIC_TEXT_LENGTH && isStorableText(value)
    : typeof value === 'boolean' || Number.isFinite(value);
}

function problemsOf(name: string, value: unknown): string[] {
  if (name.length === 0 || name.length > MAX_METRIC_NAME_LENGTH) {
    return [`metric name "${shortened(name)}" must be 1 to ${MAX_METRIC_NAME_LENGTH} characters`];
  }
  if (!isStorableText(name)) {
    return [`metric name "${shortened(name)}" must be well-formed text without NUL characters`];
  }
  if (typeof value === 'number') {
    return Number.isFinite(value) ? [] : [`metric "${name}" must be a finite number`];
  }
  if (typeof value === 'string') {
    return textProblems(name, value);
  }
  return typeof value === 'boolean' ? [] : [`metric "${name}" must be a number, a boolean or text`];
}

function textProblems(name: string, text: string): string[] {
  if (text.length > MAX_METRIC_TEXT_LENGTH) {
    return [`metric "${name}" must be at most ${MAX_METRIC_TEXT_LENGTH} characters of text`];
  }
  return isStorableText(text) ? [] : [`metric "${name}" must be well-formed text without NUL characters`];
}

/** Postgres can store neither NUL nor half of a surrogate pair. */
function isStorableText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function shortened(name: string): string {
  return name.length > 40 ? `${name.slice(0, 40)}…` : name;
}

/** Property decorator: a flat map of metrics; every wrong one is named. */
export function IsMetricValues(): PropertyDecorator {
  return (target, propertyName) => {
    registerDecorator({
      name: 'isMetricValues',
      target: target.constructor,
      propertyName: propertyName as string,
      validator: {
        validate: areMetricValues,
        defaultMessage: (args?: ValidationArguments) => metricProblems(args?.value).join('; '),
      },
    });
  };
}
