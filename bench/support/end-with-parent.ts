// Loaded before a service: a bench that is killed leaves none behind.
process.once('disconnect', () => process.exit(1));
