const config = require('./config');
const { identity } = require('./identity');
const { createMenwei } = require('./menwei');

App({
  /** @type {ReturnType<typeof createMenwei> | null} for all pages */
  menwei: null,

  onLaunch() {
    this.menwei = createMenwei(Object.assign({ baseUrl: config.baseUrl }, identity(config.demo)));
  },
});
