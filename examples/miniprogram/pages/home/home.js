const { problemOf, when } = require('../../words');

/** Who am I: the page that logs in. */
Page({
  data: {
    /** `loading`, `in`, `out` or `failed` */
    state: 'loading',
    user: null,
    initial: '',
    since: '',
    until: '',
    problem: null,
    /** Whether the account was deleted, and can be restored */
    isDeleted: false,
    isBusy: false,
  },

  onShow() {
    return this.show(getApp().menwei.me());
  },

  onPullDownRefresh() {
    return this.show(getApp().menwei.me()).then(() => wx.stopPullDownRefresh());
  },

  onLogin() {
    if (this.data.isBusy) return undefined;
    return this.show(getApp().menwei.login());
  },

  onLogout() {
    if (this.data.isBusy) return undefined;
    this.setData({ isBusy: true });
    return getApp().menwei.logout().then(
      () => this.setData({ state: 'out', user: null, problem: null, isBusy: false }),
      // the phone has forgotten the session; the server may not know it yet
      (error) => this.setData({ state: 'out', user: null, problem: problemOf(error), isBusy: false }),
    );
  },

  onCopyId() {
    wx.setClipboardData({ data: this.data.user.id });
  },

  show(asked) {
    this.setData({ isBusy: true });
    return asked.then(
      ({ user, session }) => this.setData({
        state: 'in',
        user,
        initial: Array.from(user.nickName)[0] || '我',
        since: when(session.createdAt),
        until: when(session.expiresAt),
        problem: null,
        isDeleted: false,
        isBusy: false,
      }),
      (error) => {
        const isOut = error.code === 'logged_out';
        this.setData({
          state: isOut ? 'out' : 'failed',
          problem: isOut ? null : problemOf(error),
          isDeleted: error.code === 'account_deleted',
          isBusy: false,
        });
      },
    );
  },
});
