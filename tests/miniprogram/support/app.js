'use strict';

// Runs a mini-program's own files the way the base library does: each is a module that sees wx, App, Page and getApp.

const fs = require('node:fs');
const path = require('node:path');

const EXAMPLE = path.join(__dirname, '..', '..', '..', 'examples', 'miniprogram');
// what Node has and a phone has not
const ABSENT = ['process', 'Buffer', 'global', 'globalThis', 'fetch', 'window', 'document', 'localStorage'];

/**
 * Launches the mini-program in `folder` on a phone; each launch is a fresh start of all its modules.
 * @param {object} wx
 * @param {{folder?: string, config?: object}} [options] `config` stands in for config.js
 */
function launch(wx, { folder = EXAMPLE, config } = {}) {
  const modules = new Map();
  let app;
  let page;

  function load(file) {
    if (!modules.has(file)) {
      const module = { exports: {} };
      modules.set(file, module);
      const names = ['require', 'module', 'exports', 'wx', 'App', 'Page', 'getApp', ...ABSENT];
      const require = (name) => load(path.resolve(path.dirname(file), name.endsWith('.js') ? name : `${name}.js`));
      const register = (definition) => { app = definition; };
      const registerPage = (definition) => { page = definition; };
      const run = new Function(...names, `'use strict';${fs.readFileSync(file, 'utf8')}\n//# sourceURL=${file}`);
      run(require, module, module.exports, wx, register, registerPage, () => app);
    }
    return modules.get(file).exports;
  }

  if (config) modules.set(path.join(folder, 'config.js'), { exports: config });
  load(path.join(folder, 'app.js'));
  if (app.onLaunch) app.onLaunch();

  /** Opens a page and waits for what its first handlers return. */
  async function open(name) {
    const file = path.join(folder, `${name}.js`);
    modules.delete(file);
    load(file);
    const opened = { ...page, data: structuredClone(page.data || {}) };
    opened.setData = (changes, then) => {
      // what is shown crosses to another thread: only plain data survives
      Object.assign(opened.data, structuredClone(changes));
      if (then) then();
    };
    if (opened.onLoad) await opened.onLoad({});
    if (opened.onShow) await opened.onShow();
    return opened;
  }

  return { app, open, load: (name) => load(path.join(folder, name)) };
}

/** The example on a new phone of `name`, against `server`. */
function example(server, phone, config) {
  return launch(phone.wx, { config: { baseUrl: server.url, demo: { appId: server.appId, name: 'nobody' }, ...config } });
}

module.exports = { launch, example, EXAMPLE };
