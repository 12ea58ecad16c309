//! The state of the process and its database.

use super::words;

words! {
    /// The words of the system page.
    System
    text {
        title: "系统状态", "System";
        about: "只读。设置写在 menwei.toml 中，重启后生效；命令 menwei check 会逐项诊断。", "Read-only. Settings are in menwei.toml and take effect after a restart; the command menwei check looks at everything.";
        process: "进程", "Process";
        version: "版本", "Version";
        started: "启动时间", "Started";
        workers: "工作线程", "Workers";
        clock: "服务器时间", "Server's clock";
        clock_hint: "请与您手边的时间比较，相差几秒以上请启用 NTP。", "Compare it with your own; if they differ by more than seconds, start NTP.";
        keys: "密钥", "Keys";
        keys_hint: "编号，当前使用的在前。密钥文件请与数据库分开备份。", "Their ids, the one in use first. Back the key file up apart from the database.";
        database: "数据库", "Database";
        engine: "类型", "Kind";
        size: "大小", "Size";
        schema: "结构版本", "Schema version";
        pool: "连接", "Connections";
        queue: "等待写入", "Writes waiting";
        queue_hint: "超过 1,024 个时新的写入会立即得到 503。", "Over 1,024 a further write is answered 503 at once.";
        counted: "每小时统计", "Hours counted";
        counted_never: "还没有", "Not yet";
        backup: "上次备份", "Last backup";
        backup_unknown: "未知：menwei 自己不做备份", "Unknown: menwei makes none itself";
        backup_sqlite: "运行中也可以备份：sqlite3 data/menwei.db \"VACUUM INTO 'backup.db'\"；不要手工拷贝数据库文件。密钥文件请另外保存。", "It can be backed up as it runs: sqlite3 data/menwei.db \"VACUUM INTO 'backup.db'\"; never copy its files by hand. Keep the key file elsewhere.";
        backup_postgres: "请用 pg_dump 或数据库自带的备份。密钥文件请另外保存。", "By pg_dump or the backups of the database itself. Keep the key file elsewhere.";
        wechat: "微信", "WeChat";
        wechat_logins: "登录", "Logins";
        wechat_calls: "其他接口", "Other interfaces";
        skew: "与微信的时间差", "Clock compared with WeChat's";
        skew_hint: "请启用 NTP：时间不准会使访问令牌、水印和签名的校验失败。", "Start NTP: with a wrong clock, checks of access tokens, watermarks and signatures fail.";
        closed: "正常", "Working";
        open: "已熔断：请求会立即失败，每 2 秒试探一次", "Broken off: calls fail at once, one in 2 seconds tries";
        half_open: "正在恢复", "Recovering";
        you: "您的连接", "Your connection";
        seen_as: "我们看到您来自", "We see you as";
        via: "经由", "Via";
        direct: "直接连接", "A direct connection";
        forwarded: "X-Forwarded-For，由受信任的代理转发", "X-Forwarded-For from a trusted proxy";
        ignored: "X-Forwarded-For 已忽略", "X-Forwarded-For is ignored";
        ignored_hint: "发来它的地址不在 server.trusted_proxies 中。如果那是您的反向代理，请加入；否则有人在伪造来源。", "It came from an address that is not in server.trusted_proxies. Add it if that is your reverse proxy; else somebody makes it up.";
        direct_hint: "如果前面有反向代理，而这里是代理的地址，请让代理发送 X-Forwarded-For，并把它加入 server.trusted_proxies。", "If this is the address of a reverse proxy, let it send X-Forwarded-For and add it to server.trusted_proxies.";
        proxy: "对端地址", "Peer";
    }
    say {
        skew_by(i64): |seconds| match seconds { -2..=2 => "一致（误差 2 秒以内）".to_owned(), 3.. => format!("本机慢 {seconds} 秒"), _ => format!("本机快 {} 秒", seconds.unsigned_abs()) }, |seconds| match seconds { -2..=2 => "The same, within 2 seconds".to_owned(), 3.. => format!("{seconds} seconds behind"), _ => format!("{} seconds ahead", seconds.unsigned_abs()) };
        connections(u32, u32, u32): |open, idle, most| format!("已打开 {open}，空闲 {idle}，上限 {most}"), |open, idle, most| format!("{open} open, {idle} idle, {most} at most");
        in_flight(&str, usize): |state, calls| format!("{state} · 进行中 {calls}"), |state, calls| format!("{state} · {calls} under way");
    }
}
