import { registerHooks } from 'node:module';

/** Lets Node run sources directly: their relative imports end in `.js`, as the compiled files need it. For processes that specs spawn. */
registerHooks({
  resolve(specifier, context, nextResolve) {
    if (
      !specifier.startsWith('.') ||
      !specifier.endsWith('.js') ||
      context.parentURL?.includes('/node_modules/')
    ) {
      return nextResolve(specifier, context);
    }
    return nextResolve(`${specifier.slice(0, -'.js'.length)}.ts`, context);
  },
});
