use crate::world::{World, refused};

#[tokio::test]
async fn long_targets_are_refused() {
    let world = World::new();
    let path = |length: usize| format!("/health?{}", "x".repeat(length - "/health?".len()));
    assert_eq!(
        world
            .send(world.bare("GET", &path(8 << 10)), "")
            .await
            .status,
        200
    );
    let refusal = world
        .send(world.bare("GET", &path((8 << 10) + 1)), "")
        .await;
    assert_eq!(refusal.code(), refused(414, "target_too_long"));
}

#[tokio::test]
async fn large_heads_are_refused() {
    let world = World::new();
    let padded = |length| {
        world
            .bare("GET", "/health")
            .header("x-padding", "x".repeat(length))
    };
    assert_eq!(world.send(padded(32_000), "").await.status, 200);
    assert_eq!(
        world.send(padded(33_000), "").await.code(),
        refused(431, "head_too_large")
    );
}

#[tokio::test]
async fn many_fields_are_refused() {
    let world = World::new();
    let fields = |count| {
        (1..count).fold(world.bare("GET", "/health"), |request, _| {
            request.header("x-a", "b")
        })
    };
    assert_eq!(world.send(fields(100), "").await.status, 200);
    assert_eq!(
        world.send(fields(101), "").await.code(),
        refused(431, "head_too_large")
    );
}
