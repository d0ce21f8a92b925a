// The one place that imports zod: the build bundles this file, so that the package ships a single copy of the library.
export { z } from 'zod';
