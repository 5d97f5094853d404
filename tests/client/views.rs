//! Views as guards.

use vim25::prelude::*;
use vim25::types::*;

use crate::server::*;

#[tokio::test]
async fn a_view_lists_what_lies_below_and_is_destroyed_in_the_end() {
    let server = start(5).await;
    let client = login(&server).await;
    let view = client.container_view::<VirtualMachine>(client.root_folder()).await.expect("a view");
    let machines = view.references().await.expect("references");
    assert_eq!((machines.len(), server.open_views()), (5, 1));
    assert!(view.get().recursive().await.expect("a flag"));
    view.close().await.expect("closed");
    assert_eq!(server.open_views(), 0);

    let list = client.list_view(&machines[..2]).await.expect("a view");
    list.get().modify_list_view().add([&machines[3]]).remove([&machines[0]]).await.expect("modified");
    assert_eq!(list.references().await.expect("references"), [machines[1].clone(), machines[3].clone()]);
    drop(list);
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_view_that_is_lost_closes_all_the_same() {
    let server = start(1).await;
    let client = login(&server).await;
    let view = client.container_view::<VirtualMachine>(client.root_folder()).await.expect("a view");
    server.faults().lose_collectors();
    assert!(view.references().await.expect_err("lost").is_fault::<ManagedObjectNotFound>());
    view.close().await.expect("it is gone, which is what was wanted");
    let gone = Ref::<Folder>::new("group-d999");
    let refused = client.container_view::<VirtualMachine>(&gone).await.expect_err("no container");
    assert!(refused.is_fault::<ManagedObjectNotFound>());
    assert_nothing_left(&server).await;
}

#[tokio::test]
async fn a_view_that_nobody_waits_for_any_more_is_destroyed() {
    let server = start(1).await;
    let client = login(&server).await;
    for _ in 0..20 {
        let making = client.container_view::<VirtualMachine>(client.root_folder());
        drop(tokio::time::timeout(std::time::Duration::from_micros(300), making).await);
    }
    tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    assert_nothing_left(&server).await;
}
