import type { Provider } from '../../core/provider';
import { z } from '../../core/zod';
import { models } from './models';
import { video } from './video';

const words = z.string().trim().min(1);
const errorBody = z.object({
	error: words.or(z.object({ message: words }).transform(({ message }) => message)),
});

export const sixth: Provider = {
	id: 'sixth',
	name: 'Sixth',
	credential: 'sixthApi',
	models,
	dialects: [video],
	dialectForRequest: () => video,
	dialectForJob: () => video,
	fault: (httpStatus, body) => {
		const said = errorBody.safeParse(body).data?.error;
		if (httpStatus === 404 || httpStatus >= 500 || !said) return {};
		return { message: `Sixth did not accept the request: ${said}` };
	},
};
