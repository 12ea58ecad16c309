/** The one place to set up. There is no secret here, and there must be none: everybody can read a mini-program. */
module.exports = {
  /** Where menwei is. `menwei demo` prints it. */
  baseUrl: 'http://127.0.0.1:8080',

  /** Who you are in `menwei demo`. Counts only in WeChat DevTools without an AppID (touristappid). */
  demo: { appId: 'wxde300000000000a1', name: 'xiaoming' },
};
