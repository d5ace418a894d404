"""Which keys do the rows and parts of an order carry, even those the sandbox never fills?"""

from __future__ import annotations

from bmsc.sandbox.sellercloud.shape import shape

LIST_ROW = shape(
    zero="""
        ID OrderSource OrderSubType ShippingStatus PaymentStatus StatusCode Dropship GrandTotal UserID
        HomeCountryCode OrderSiteCode ClientID CompanyID ShippingTotal OrderDiscountsTotal
        ShippingDiscountsTotal InsuranceTotal DeclaredValue HandlingFee OrderCurrencyCode
        CustomerServiceStatus TaxRate TaxTotal ShippingWeightTotalOz FinalShippingFee FinalValueTotal
        SalesRepId MarketingSourceID
    """,
    null="""
        OrderSourceOrderID FirstName LastName TimeOfOrder CompanyName ShipDate OrderShippingPromiseDate
        CreatedOn DeliveryDate Country LastUpdated DestinationState DestinationCountry ShippingAddress
        BillingAddress EBaySellingManagerSalesRecordNumber CompletedOrderID OrderSourceUrl ShippingCarrier
        ShippingService PaymentDate TrackingNumber InvoicePrintedDate CustomerEmail ShippingState
        ShippingCountry ProductIDMostExpensiveInOrder EstimatedDeliveryDate SalesRepEmail
    """,
    no="bRushOrder IsGiftOrder IsBlackListed InvoicePrinted RequireSignatureConfirmation",
    empty="Payments Items AllTrackingNumbers RelatedOrders",
)

LIST_ITEM = shape(
    zero="""
        ID OrderID Qty AdjustedSitePrice QtyReturned QtyShipped ID1 OrderID1 Qty1 OriginalBasePrice
        SitePrice AdjustedSitePrice1 SiteCost TaxExempt TaxClass NonShipping ShipSeparately DropShipMode
        DropShipAddressID LineTotal LineTaxTotal StatusCode Weight Length Width Height MinimumQty GiftWrap
        GiftWrapAllowed ShippingCost QtyShipped1 QtyReturned1 ParentID PostingFee FinalValueFee
        BackOrderAction BackOrderActionBy ListingError BackOrderQty BackOrderBy InsuranceCost
        DropShippedToVendor SalesRepId ShipFromWareHouseID FeedBackFailureCount ShippingTax GiftWrapTax
        GiftWrapCharges ShippingCostForAccounting ReturnedToWarehouseID AverageCost LastCost CreditMemoID
        CreditMemoItemID BuyDotCouponAmount DiscountType DiscountAmount DiscountTotal
        QtyRequestedByOrderSource ProductRebateID ProductRebateValue Purchaser VariantID DropShippedStatus
        BatchExportedJobID ItemStatusCode ItemPaymentStatus ItemShippingStatus BatchExportDeliveryJobID
        ShippingSourceCancellationQty TotalRefunded BatchExportReturnJobID ProfitAndLossAdjustmentTotal
        QtyPerCase TotalCases PricePerCase QtyPicked WholesaleConfirmedQty WholesaleBackOrderQty
        WholesaleRefuseQty KitItemsCount VatRate VATTotal WarehouseBinCartSlotID SettlementID RoundNumber
        WarehouseBinCartID LinkedToPOItemID InventoryAvailableQty
    """,
    null="""
        ProductID DisplayName ProductID1 DisplayName1 DisplayDescription ImageURL ExtraInformation
        GiftWrapMessage InventoryKey ReferenceID eBayTransactionID OriginalOrderSourceID
        BackOrderActionDate EstimatedTimeArrival ReplacementSKU FeedBackID FeedBackReminderSent
        BackOrderDate EstimatedShipDate NotifyCustomer DisputeID OriginalSKU FeedbackLeftOn FeedBackLeftID
        DropShippedOn Notes ProductIDOriginal ShipFromWarehouseName FeedBackLastFailureOn
        FeedBackFailureMessage SourceOrderFileName eBayItemIDUnique eBayTransactionIDUnique
        DropShippedVendorOrderID GiftWrapType ShippingSourceOrderItemID SalesOutlet
        ShippingSourceWarehouseID ExportedProductID ExportedDocumentNumber BatchExportedGUID
        DeliveryDocumentNumber BatchExportDeliveryGUID SrcUpdatedForItemShippingOn ShipType
        BatchExportedDateTime BatchExportDeliveryDateTime ReturnDocumentNumber BatchExportReturnGUID
        BatchExportReturnDateTime SalesRecordNumber ShippingSourceOrderItemSKU ProductIDRequested
        WholesaleConfirmShipDate WholesaleBackOrderShipDate AmazonShipmentID MainItemID OrderItemShipDate
        ProductName LocationNotes ShadowOf DefaultVendorName
    """,
    no="""
        IsBackOrder NotifyCustomerService IsSKUReplaced FeedbackLeft IsDropShipped DontCountInventory
        HasBuyDotCoupon SrcUpdatedForItemShipping CancellationRequestSentToInnotrac
    """,
    empty="BundleItems",
)

LIST_BUNDLE_ITEM = shape(
    zero="""
        ID ParentID OrderItemId OrderID Qty QtyReturned BackOrderAction BackOrderActionBy BackOrderQty
        BackOrderBy TotalQty ReturnedToWarehouseID SiteCost LastCost AverageCost ProductRebateID
        ProductRebateValue QtyPicked WarehouseBinCartSlotID RoundNumber WarehouseBinCartID
        LinkedToPOItemID
    """,
    null="""
        ProductID BackOrderActionDate BackOrderDate ShippingSourceOrderItemID ShippingSourceWarehouseID
        ReplacementSKU ProductName
    """,
    no="IsPackageGenerated IsBackOrder IsSKUReplaced",
)

SINGLE = shape(
    zero="OrderID RmaID StoreType",
    null="""
        OrderDetails Statuses TotalInfo PaymentOptions ShippingDetails LastUpdated OrderSiteCode
        MostExpensiveSKU ShippingAddress BillingAddress ProfitAndLoss GiftDetails
    """,
    no="""
        OrderItemDiscountAllowed EnableCaseQty ShowProductImageOnOrderDetailPage
        HideBackOrdersColumnInManageOrders DisplayLocationNotesOnOrderItemsGrid EnableWarehouseBins
        EnableSecondSalesRep IsWholeSaleOrder RequirePinToSetCancelledOrdersToInProcess
        ForceEnterCommentsWhenSettingOrderToOnHoldOrProblem RequireSignatureConfirmation
    """,
    empty="OrderItems RelatedOrders OrderPackages Payments CustomColumns",
)

DETAILS = shape(
    zero="""
        CompanyId ClientId SiteCode OrderSource CustomerID SalesRep1 SalesRep2 SalesRep3 CurrencyCode
        OrderSubType LockedTimeLeft CurrencyRateFromUSD CurrencyRateToUSD MarkettingSourceID
    """,
    null="""
        OrderSourceOrderId OrderSourceOrderIdUrl EbaySellingManagerSalesRecordNumber EbayUserId
        EbayUserUrl CustomerEmail PromiseDate EstimatedOrderDeliveryDate OrderDate CreatedOn
        EbayOrdersSource3 EbayOrdersSource3Url LockedByUser
    """,
    no="""
        DisplayPromiseDate DisableOrderSourceOrderID IsOrderLocked IsModified MarketingSourceEnabled
    """,
)

STATUSES = shape(
    zero="""
        OrderStatus ShippingStatus PaymentStatus DropshipStatus CustomerServiceStatus BackorderStatus
        OkToProcess OkToShip PickingStatus AddressVerifiedStatus
    """,
    null="InPicklist IsInvoiced IsInGroup SkubloxStatus",
    no="""
        RushOrder IsDelivered IsInvoicePrinted IsExported InventoryDisabled QBExported Confirmed
        FeedbackReceived ShippingVerified ChannelNotifiedOfShipping FinalSale IsBlackListed
    """,
)

SINGLE_ITEM = shape(
    zero="""
        ID OrderID Qty SitePrice PricePerCase TotalCases QtyPerCase InventoryAvailableQty WarehouseID
        BackOrderQty QtyReturned QtyPicked LineTotal DiscountValue DiscountType AdjustedSitePrice
        LineTaxTotal ShippingCost ShippingTax RowStatus
    """,
    null="""
        ProductID _ProductIDInitial ProductIDOriginal ProductIDRequested DisplayName DisplayDescription
        ImageURL EBayItemID EBayItemUrl Notes ShadowOf
    """,
    no="ItemProductIdExists TaxExempt CanBeDeleted IsModified",
    empty="BundleItems",
)

SINGLE_BUNDLE_ITEM = shape(
    zero="QtyPerKit TotalQty BackOrderQty Picked",
    null="ProductID ImageURL ProductName",
)

TOTALS = shape(
    zero="""
        SubTotal Discount ShippingDiscount Tax TaxRate CustomTaxRate Shipping Handling Insurance GiftWrap
        GrandTotal
    """,
    null="PromoCode",
    no="ShouldDisplayWrapFee ForceUseFixedTaxAmount IsModified",
)

PAYMENT_OPTIONS = shape(
    zero="Total Received Uncleared Refunded RemainingDues",
    null="PaymentTerms",
)

SHIPPING_DETAILS = shape(
    zero="""
        ShippingStatus ShippingTotal ShippingDiscountsTotal CostOfShipping ShippedBy ShippingLocation
        ShippingStation
    """,
    null="""
        Carrier Service OrderShippingPromiseDate ShipDate EstShipWeight ShippedByUser OtherCarrier
        OtherMethed RequestedShippingBy OrderItemCount
    """,
    no="""
        RushOrder RequirePINToShip LockShippingMethod AllowShippingWithoutPaymentValue
        AllowShippingWithoutPaymentVisible MaximumOrderItemsToDisplaySetting IsModified
    """,
)

PACKAGE = shape(
    zero="ID Length Width Height Weight ShippingCost FinalShippingFee DeliveryStatus DeclaredValue",
    null="TrackingNumber TrackingNumberUrl TrackingNumberText EstimatedDeliveryDate DeliveryDate",
    no="EnableOrderShipmentTrackingAPI",
    empty="Items",
)

ADDRESS = shape(
    zero="AddressClassification AddressStatus AddressSource ID",
    null="""
        Notes HomePhone EmailAddress FirstName MiddleInitial LastName CompanyName StreetLine1 StreetLine2
        City StateName StateCode PostalCode CountryName CountryCode PhoneNumber FaxNumber WebSiteURL
    """,
    no="IsShippingAddress IsBillingAddress",
)
