const Runtime = require('jest-runtime').default;

const SHARED = new Set(['n8n-workflow', '@n8n/di', '@n8n/backend-network', 'reflect-metadata']);

module.exports = class extends Runtime {
	requireModuleOrMock(from, name) {
		return SHARED.has(name) ? require(name) : super.requireModuleOrMock(from, name);
	}
};
