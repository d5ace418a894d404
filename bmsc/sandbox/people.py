"""What may each person do by hand, on either platform?"""

from __future__ import annotations

from dataclasses import fields, replace
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from bmsc.sandbox.backmarket.order_moves import update
from bmsc.sandbox.backmarket.orders import Address, Order
from bmsc.sandbox.sellercloud.codes import OrderStatus, PaymentStatus

if TYPE_CHECKING:
    from bmsc.sandbox.backmarket.account import Account
    from bmsc.sandbox.sellercloud.tenant import Tenant
    from bmsc.sandbox.world import World

CARRIERS = (("UPS", "UPS Ground"), ("FedEx", "FedEx 2Day"), ("USPS", "Priority Mail"))
CENT = Decimal("0.01")


class Person:
    """Somebody in one world, with dice of his own."""

    def __init__(self, world: World, dice: Random) -> None:
        self._world = world
        self._dice = dice

    @property
    def _account(self) -> Account:
        return self._world.account

    @property
    def _tenant(self) -> Tenant:
        return self._world.tenant


class Buyer(Person):
    """Buys on Back Market."""

    def place_order(self, lines: list[tuple[str, int]], **wishes: Any) -> int:
        """Order SKUs and quantities; see the account's `place_order` for the wishes."""
        return self._account.place_order(lines, **wishes)

    def buy_something(self, state: int = 1) -> int | None:
        """Order one unit of anything that is online, None when nothing is."""
        offers = [
            (listing.sku, locale)
            for listing in self._account.listings.values()
            for locale in listing.offers
            if self._account.online(listing, locale)
        ]
        if not offers:
            return None
        sku, locale = self._dice.choice(offers)
        return self._account.place_order([(sku, 1)], market=locale, state=state)

    def pay(self, order_id: int) -> None:
        """Pay for an order."""
        self._account.pay(order_id)

    def fail_to_pay(self, order_id: int) -> None:
        """Never pay for an order."""
        self._account.fail_payment(order_id)

    def cancel(self, order_id: int, line_ids: list[int] | None = None) -> list[int]:
        """Cancel what is not accepted yet; returns the lines that this cancelled."""
        return self._account.buyer_cancels(order_id, line_ids)

    def orders_in(self, *states: int) -> list[int]:
        """List the orders in some order states."""
        return [order.order_id for order in self._account.orders.values() if order.state in states]

    def be_forgotten(self, order_id: int) -> None:
        """Have one's data erased."""
        order = self._account.orders[order_id]
        order.shipping, order.billing = _erased(order.shipping), _erased(order.billing)


class Warehouse(Person):
    """Works on SellerCloud's orders; names them by the order number they came with."""

    def ship(
        self,
        number: str,
        *,
        carrier: str = "UPS",
        service: str = "UPS Ground",
        tracking: str | None = None,
        partially: bool = False,
        serials: dict[str, list[str]] | None = None,
    ) -> int:
        """Send an order off, noting serial numbers by SKU first; returns SellerCloud's id."""
        order_id = self._find(number)
        if serials:
            self._note(order_id, serials)
        tracking = self._tracking(order_id) if tracking is None else tracking
        self._tenant.ship(order_id, carrier=carrier, service=service, tracking=tracking, partially=partially)
        return order_id

    def ship_everything(self) -> list[str]:
        """Send every paid order off; returns the order numbers."""
        numbers = self.waiting()
        for number in numbers:
            carrier, service = self._dice.choice(CARRIERS)
            self.ship(number, carrier=carrier, service=service)
        return numbers

    def waiting(self) -> list[str]:
        """List the numbers of the paid orders that are yet to be shipped."""
        return [
            order.number
            for order in self._tenant.orders.values()
            if order.status == OrderStatus.IN_PROCESS
            and order.payment_status == PaymentStatus.CHARGED
            and not order.is_shipped
        ]

    def label(self, number: str, tracking: str) -> None:
        """Print a label: a tracking number without a shipment."""
        self._tenant.set_tracking(self._find(number), tracking)

    def unship(self, number: str) -> None:
        """Take a shipment back."""
        self._tenant.unship(self._find(number))

    def cancel(self, number: str) -> None:
        """Cancel an order in SellerCloud."""
        self._tenant.cancel(self._find(number))

    def set_status(self, number: str, status: int) -> None:
        """Put an order into a status."""
        self._tenant.set_status(self._find(number), status)

    def split(self, number: str) -> int:
        """Split an order in two; returns the child's id."""
        return self._tenant.split(self._find(number))

    def merge(self, number: str, other: str) -> int:
        """Merge two orders; returns the new one's id."""
        return self._tenant.merge(self._find(number), self._find(other))

    def count(self, sku: str, quantity: int) -> None:
        """Count the units of a product anew."""
        self._tenant.set_physical(sku, quantity)

    def count_something(self) -> tuple[str, int]:
        """Find one unit more or less of some product; returns its SKU and the new number."""
        goods = [product for product in self._tenant.products.values() if not product.shadow_of]
        product = self._dice.choice(goods)
        found = max(0, sum(product.shelf.true.physical.values()) + self._dice.choice((-1, 1)))
        self._tenant.set_physical(product.sku, found)
        return product.sku, found

    def _find(self, number: str) -> int:
        orders = self._tenant.orders_by_number(str(number))
        if not orders:
            raise LookupError(f"SellerCloud has no order numbered {number}")
        return orders[0].id

    def _tracking(self, order_id: int) -> str:
        return f"1Z{order_id:010d}{self._dice.randrange(10**6):06d}"

    def _note(self, order_id: int, serials: dict[str, list[str]]) -> None:
        lines = {line.sku.casefold(): line.id for line in self._tenant.orders[order_id].lines}
        noted = [(lines[sku.casefold()], serial) for sku, some in serials.items() for serial in some]
        self._tenant.add_serials(order_id, noted)


class Merchant(Person):
    """Edits his goods in SellerCloud and his listings in Back Market's back office."""

    def set_column(self, sku: str, column: str, value: object) -> None:
        """Edit a custom column."""
        self._tenant.set_column(sku, column, value)

    def set_active(self, sku: str, active: bool) -> None:  # noqa: FBT001 - called by name, over JSON
        """Switch a product on or off."""
        self._tenant.set_active(sku, active=active)

    def remove_product(self, sku: str) -> None:
        """Delete a product."""
        self._tenant.remove_product(sku)

    def edit_listing(self, sku: str, **changes: Any) -> None:
        """Change quantity, grade or disabled of a listing, or `price` in a `market`."""
        listing = self._account.skus[sku.casefold()]
        with self._account.changing(listing):
            if "price" in changes:
                locale = changes.pop("market", self._account.home)
                listing.offer_to_edit(locale).price = Decimal(changes.pop("price"))
            for name, value in changes.items():
                if name not in ("quantity", "grade", "disabled"):
                    raise ValueError(f"a listing's {name} cannot be edited")
                setattr(listing, name, value)

    def rename_listing(self, sku: str, new_sku: str) -> None:
        """Give a listing another SKU."""
        self._account.rename_sku(sku, new_sku)

    def move_order(self, order_id: int, **body: Any) -> int:
        """Accept, ship, cancel or refund by hand; returns the order's state."""
        return update(self._account, self._account.orders[order_id], body).state


class Rivals(Person):
    """Sell the same products."""

    def set_price(self, sku: str, price: str, market: str | None = None) -> None:
        """Put every rival of a listing's product in a market at one price."""
        for rival in self._of(sku, market):
            rival.price = Decimal(price)

    def leave(self, sku: str, market: str | None = None) -> None:
        """Sell nothing of the product any more."""
        self._of(sku, market).clear()

    def drift(self, percent: float = 3) -> int:
        """Move every price a little, up or down; returns how many."""
        rivals = [rival for some in self._account.rivals_of.values() for rival in some]
        for rival in rivals:
            step = Decimal(str(round(1 + self._dice.uniform(-percent, percent) / 100, 4)))
            rival.price = max(CENT, (rival.price * step).quantize(CENT))
        return len(rivals)

    def _of(self, sku: str, market: str | None) -> list[Any]:
        product = self._account.skus[sku.casefold()].product
        return self._account.rivals_of.get((product.product_id, market or self._account.home), [])


class BackOffice(Person):
    """Back Market's own staff and machines."""

    def refund(self, order_id: int, line_ids: list[int] | None = None) -> list[int]:
        """Refund lines through customer care; returns those that moved."""
        return self._account.care_refunds(order_id, line_ids)

    def set_line_state(self, order_id: int, line_id: int, state: int) -> None:
        """Put a line into any state."""
        self._account.set_line_state(order_id, line_id, state)

    def validate(self, product_id: str, market: str) -> None:
        """Approve a product for a market."""
        self._account.products[product_id].unvalidated.discard(market)

    def hand_back_token(self, token: str) -> None:
        """Replace the account's token; the old one is refused from now on."""
        self._account.token = token


class OtherTool(Person):
    """Another integration that works on the same two accounts."""

    def copies_order(self, order_id: int, *, company_id: int = 163, paid: bool = True, prefix: str = "") -> int:
        """Carry a Back Market order into SellerCloud; returns its id there."""
        order: Order = self._account.orders[order_id]
        return self._tenant.add_order(
            f"{prefix}{order_id}",
            company_id,
            lines=[(line.sku, line.quantity, line.price / line.quantity) for line in order.lines],
            paid=paid,
            currency=order.currency,
        )


def _erased(address: Address) -> Address:
    texts: dict[str, Any] = {
        field.name: "Deleted" for field in fields(address) if isinstance(getattr(address, field.name), str)
    }
    return replace(address, **texts)
