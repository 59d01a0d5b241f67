export { ConfigurationError } from './configuration-error.js';
export { loadConfiguration } from './load-configuration.js';
export type { Environment } from './read-variable.js';
export { endWith, runMain } from './run-main.js';
export { ServiceConfiguration } from './service-configuration.js';
export { BooleanVariable } from './variables/boolean-variable.js';
export { IntegerVariable } from './variables/integer-variable.js';
export { TextVariable } from './variables/text-variable.js';
export { UrlVariable, type UrlRules } from './variables/url-variable.js';
