import type { Model } from '../core/model';
import { providers } from '../providers';

// Which providers have what a node does.

export const cancelling = providers.filter(({ dialects }) => dialects.some((each) => each.cancel));
export const callingBack = providers.filter(({ callback }) => callback);
export const tellingBalance = providers.filter(({ credits }) => credits);

export const makersOf = (makes: Model['makes']) =>
	providers.filter(({ models }) => models.some((model) => model.makes === makes));
