const { createRequire, isBuiltin } = require('node:module');
const { compileFunction } = require('node:vm');
const { default: Runtime } = require('jest-runtime');

const isOfTheProject = (name) => /^[./]/.test(name);

/**
 * Jest gives each test file its own copy of every module and its own global objects. For n8n's engine, that is 1,700 modules
 * and several seconds per file. Here a test file has its own copy of the project's modules only. Node itself loads the
 * libraries, once per worker, as it does in n8n; so all code shares one set of global objects, as it does in n8n.
 */
module.exports = class SharedLibraries extends Runtime {
	constructor(...args) {
		super(...args);
		const { executor } = this;
		executor.compile = (source, filename) =>
			compileFunction(source, executor.injectedModuleParameters, { filename });
	}

	requireModuleOrMock(from, name) {
		if (isOfTheProject(name) || isBuiltin(name)) return super.requireModuleOrMock(from, name);
		return createRequire(from)(name);
	}
};
