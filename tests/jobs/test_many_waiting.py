"""More waiting orders than one question to SellerCloud can hold."""

from __future__ import annotations

from shops import Shop

MORE_THAN_A_PAGE = 60


def test_an_order_that_waits_itself_is_still_asked_beside_every_other(shop: Shop) -> None:
    """The only number known to be in SellerCloud is that of an order on hold: it must witness every answer."""
    shop.switch("sellercloud", own_tax_rate=0.1, tax_exempt_honoured=False)
    held = shop.place(("A", 1))
    assert shop.pull().exit_code == 0
    fresh = [shop.place(("NOBODY-KNOWS", 1)) for _ in range(MORE_THAN_A_PAGE)]
    reasons = {shown.fact.subject: shown.fact.reason for shown in shop.pull().holds}
    assert reasons.pop(f"order:{held}") == "money_mismatch"
    assert reasons == {f"order:{order_id}": "unknown_sku" for order_id in fresh}
