//! Exchanges under way, by address. A crowd that comes at once waits a moment for its turn.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The longest that an exchange waits for the others of its address.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// The addresses that have exchanges under way, or waiting: no more of them than there are requests.
pub(super) struct Doors {
    places: usize,
    open: Arc<Mutex<HashMap<IpAddr, Door>>>,
}

struct Door {
    places: Arc<Semaphore>,
    /// How many are inside or wait.
    present: usize,
}

/// One who waits or is inside.
struct Present {
    open: Arc<Mutex<HashMap<IpAddr, Door>>>,
    address: IpAddr,
}

/// One exchange that may be made; its place is free again when this is dropped.
pub(in crate::api::sign_in) struct Entered {
    _place: OwnedSemaphorePermit,
    _present: Present,
}

impl Doors {
    /// Doors that let so many in at once.
    pub(super) fn new(places: usize) -> Self {
        Self { places: places.max(1), open: Arc::default() }
    }

    /// Lets one in, after at most a second; none when it was not their turn by then.
    pub(super) async fn enter(&self, address: IpAddr) -> Option<Entered> {
        let places = {
            let mut open = lock(&self.open);
            let new = || Door { places: Arc::new(Semaphore::new(self.places)), present: 0 };
            let door = open.entry(address).or_insert_with(new);
            door.present += 1;
            Arc::clone(&door.places)
        };
        let present = Present { open: Arc::clone(&self.open), address };
        let place = tokio::time::timeout(LONGEST_WAIT, places.acquire_owned()).await.ok()?.ok()?;
        Some(Entered { _place: place, _present: present })
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        let mut open = lock(&self.open);
        if let Some(door) = open.get_mut(&self.address) {
            door.present = door.present.saturating_sub(1);
            if door.present == 0 {
                open.remove(&self.address);
            }
        }
    }
}

fn lock(open: &Mutex<HashMap<IpAddr, Door>>) -> MutexGuard<'_, HashMap<IpAddr, Door>> {
    open.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn one_address_has_its_places_and_takes_none_of_others() {
        let doors = Doors::new(2);
        let [one, other] = ["192.0.2.1", "192.0.2.2"].map(|text| text.parse::<IpAddr>().unwrap());
        let (first, second) = (doors.enter(one).await.unwrap(), doors.enter(one).await.unwrap());
        assert!(doors.enter(other).await.is_some());
        let (third, ()) = tokio::join!(doors.enter(one), async {
            tokio::time::sleep(Duration::from_millis(20)).await;
            drop(first);
        });
        assert!(third.is_some(), "whoever waits gets the place that becomes free");
        assert!(doors.enter(one).await.is_none(), "but not for ever");
        drop((second, third));
        assert!(lock(&doors.open).is_empty(), "nobody is remembered who has gone");
    }
}
