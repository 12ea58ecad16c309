//! A site over one of the databases, served as the command serves it.

use std::net::SocketAddr;
use std::thread::JoinHandle;

use anyhow::{Context as _, Result};
use diesel::RunQueryDsl as _;
use menwei::clock::Clock;
use menwei::db::staff::Staff;
use menwei::db::{Conn, Database, epochs};
use menwei::rollup::Rollup;
use menwei::server::{self, Stop};
use menwei::site::Site;
use tokio::sync::oneshot;

use crate::browser::Browser;
use crate::data::{Engine, Place};

/// The accounts that look at the pages, each by the name of its role: nobody may see all of them.
const ROLES: [&str; 2] = [ADMIN, AUDITOR];
pub const ADMIN: &str = "admin";
pub const AUDITOR: &str = "auditor";
const PASSWORD: &str = "orchid lantern 7 gravel";

/// A site that is served until this is dropped.
pub struct Served {
    db: Database,
    address: SocketAddr,
    stop: Option<oneshot::Sender<Stop>>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

impl Served {
    /// Opens the database of so many users, makes an account, and serves.
    pub fn start(place: &Place, engine: Engine, users: u32) -> Result<Self> {
        let site = Site::open(place.site(engine, users)?, Clock::System)?;
        let now = site.state.now();
        let system = actix_web::rt::System::new();
        let phc = system.block_on(site.state.passwords.hash(PASSWORD.to_owned().into()))?;
        site.state.db.write_now(|conn| {
            for role in ROLES {
                if Staff::find_by_name(conn, &name_of(role))?.is_none() {
                    let id = Staff::create(conn, &name_of(role), role, now)?;
                    Staff::set_password(conn, id, &phc, now)?;
                }
            }
            Ok(())
        })?;
        system.block_on(Rollup::new(site.state.clone())?.once())?;
        let db = site.state.db.clone();
        let listener = server::listen(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let stopped = async move { stopped.await.unwrap_or(Stop::Now) };
                server::serve(listener, site.gate(), stopped, site.routes())?.await
            })
        });
        Ok(Self { db, address, stop: Some(stop), thread: Some(thread) })
    }

    /// Revokes everything at once, as an emergency does; nothing sweeps it up.
    pub fn recall(&self) -> Result<()> {
        let now = Clock::System.now();
        Ok(self.db.write_now(|conn| epochs::advance(conn, epochs::EVERY_APP, now).map(drop))?)
    }

    /// Makes that undone, for the next run: a database may be kept.
    pub fn forget_recall(&self) -> Result<()> {
        let forget = |conn: &mut Conn| {
            let all = diesel::sql_query("DELETE FROM epochs");
            match conn {
                Conn::Postgres(conn) => all.execute(conn)?,
                Conn::Sqlite(conn) => all.execute(conn)?,
            };
            Ok(())
        };
        Ok(self.db.write_now(forget)?)
    }

    /// Somebody of that role.
    pub fn sign_in(&self, role: &str) -> Result<Browser> {
        let mut browser = Browser::connect(self.address)?;
        browser.get("/admin/login")?;
        let token = browser.token().context("no form on the sign-in page")?;
        let body = format!("csrf={token}&name={}&password={}", name_of(role), PASSWORD.replace(' ', "+"));
        let answer = browser.post("/admin/login", &body)?;
        anyhow::ensure!(answer.status == 303, "sign-in was answered {}", answer.status);
        Ok(browser)
    }
}

fn name_of(role: &str) -> String {
    format!("bench-{role}")
}

impl Drop for Served {
    fn drop(&mut self) {
        // it may have ended already
        let _ = self.stop.take().map(|stop| stop.send(Stop::Now));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
