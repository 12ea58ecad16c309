const { problemOf, when } = require('../../words');

/** The user's own sessions, which they can end. */
Page({
  data: { sessions: [], others: 0, problem: null, isLoaded: false, isBusy: false },

  onShow() {
    return this.list();
  },

  list() {
    return getApp().menwei.sessions().then(
      (sessions) => this.setData({
        sessions: sessions.map((session) => ({
          sid: session.sid,
          device: session.device || '未知设备',
          ip: session.ip,
          since: when(session.createdAt),
          seen: when(session.lastSeenAt),
          isCurrent: session.current,
        })),
        others: sessions.filter((session) => !session.current).length,
        problem: null,
        isLoaded: true,
      }),
      (error) => this.setData({ problem: problemOf(error), isLoaded: true }),
    );
  },

  onPullDownRefresh() {
    return this.list().then(() => wx.stopPullDownRefresh());
  },

  onEnd({ currentTarget }) {
    const { sid, device } = currentTarget.dataset;
    return this.end(`让“${device}”退出登录？`, () => getApp().menwei.endSession(sid));
  },

  onEndOthers() {
    return this.end('让其他设备全部退出登录？', () => getApp().menwei.logoutOthers());
  },

  /** Asks, ends, and shows what is left: somebody else may have ended it before. */
  end(question, work) {
    if (this.data.isBusy) return Promise.resolve();
    return this.confirmed(question).then((isSure) => {
      if (!isSure) return undefined;
      this.setData({ isBusy: true });
      return work().catch((error) => {
        if (error.code !== 'not_found') throw error;
      }).then(() => {
        wx.showToast({ title: '已退出' });
        return this.list();
      }).catch((error) => this.setData({ problem: problemOf(error) }))
        .then(() => this.setData({ isBusy: false }));
    });
  },

  confirmed(question) {
    return new Promise((resolve) => wx.showModal({
      title: question,
      content: '该设备下次打开小程序时可以重新登录。',
      confirmText: '退出登录',
      confirmColor: '#c62f2f',
      success: ({ confirm }) => resolve(confirm),
      fail: () => resolve(false),
    }));
  },
});
