App({ globalData: { serverUrl: '', appId: '' } });
