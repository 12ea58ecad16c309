const { problemOf, when } = require('../../words');

/** What the user must type: nobody leaves by a slip of the thumb. */
const WORD = '注销';

/** Leaving for good, thinking better of it, and taking one's data along. */
Page({
  data: {
    /** `loading`, `here`, `deleted`, `out` or `failed` */
    state: 'loading',
    word: WORD,
    typed: '',
    erasedAt: '',
    problem: null,
    isBusy: false,
  },

  onShow() {
    if (this.data.state === 'deleted') return undefined;
    return getApp().menwei.me().then(
      () => this.setData({ state: 'here', problem: null }),
      (error) => {
        if (error.code === 'account_deleted') this.showDeleted(error.until);
        else if (error.code === 'logged_out') this.setData({ state: 'out', problem: null });
        // whoever is kept out may leave all the same
        else this.setData({ state: error.code === 'user_frozen' ? 'here' : 'failed', problem: problemOf(error) });
      },
    );
  },

  onType({ detail }) {
    this.setData({ typed: detail.value.trim() });
  },

  onExport() {
    return this.work(() => getApp().menwei.exportAccount().then((all) => {
      wx.setClipboardData({ data: JSON.stringify(all, null, 2) });
    }));
  },

  onDelete() {
    if (this.data.typed !== WORD) return Promise.resolve();
    return this.confirmed().then((isSure) => (isSure
      ? this.work(() => getApp().menwei.deleteAccount().then(({ erasedAt }) => this.showDeleted(erasedAt)))
      : undefined));
  },

  onRestore() {
    return this.work(() => getApp().menwei.restoreAccount().then(() => {
      this.setData({ state: 'here', typed: '', erasedAt: '' });
      wx.showToast({ title: '已恢复' });
    }));
  },

  showDeleted(until) {
    this.setData({ state: 'deleted', erasedAt: when(until), typed: '', problem: null });
  },

  work(task) {
    if (this.data.isBusy) return Promise.resolve();
    this.setData({ isBusy: true, problem: null });
    return task()
      .catch((error) => this.setData({ problem: problemOf(error) }))
      .then(() => this.setData({ isBusy: false }));
  },

  confirmed() {
    return new Promise((resolve) => wx.showModal({
      title: '注销账号？',
      content: '所有设备会立即退出登录。',
      confirmText: '注销',
      confirmColor: '#c62f2f',
      success: ({ confirm }) => resolve(confirm),
      fail: () => resolve(false),
    }));
  },
});
