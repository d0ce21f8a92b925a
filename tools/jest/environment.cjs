const { ModuleMocker } = require('jest-mock');

/** Names of global symbols under which jest and its runner keep the state of one file. */
const OF_JEST =
	/jest|^(EVENT_HANDLERS|LOG_ERRORS_BEFORE_RETRY|RETRY_|TEST_TIMEOUT_SYMBOL|WAIT_BEFORE_RETRY)/i;

/**
 * Test files run one after the other with the global objects of their worker (`runtime.cjs` says why). After each file,
 * what it has changed in them is undone.
 */
module.exports = class SharedGlobals {
	constructor() {
		this.global = globalThis;
		this.moduleMocker = new ModuleMocker(globalThis);
		this.fakeTimers = null;
		this.fakeTimersModern = null;
		this.console = globalThis.console;
		this.exit = process.exit;
		this.variables = { ...process.env };
	}

	async setup() {}

	async teardown() {
		globalThis.console = this.console;
		process.exit = this.exit;
		for (const name of Object.keys(process.env))
			if (!(name in this.variables)) delete process.env[name];
		Object.assign(process.env, this.variables);
		for (const symbol of Object.getOwnPropertySymbols(globalThis))
			if (OF_JEST.test(symbol.description)) Reflect.deleteProperty(globalThis, symbol);
	}

	exportConditions() {
		return ['node', 'node-addons'];
	}

	/** Only asked whether it is there: the code of a file is compiled in the context of its worker. */
	getVmContext() {
		return globalThis;
	}
};
